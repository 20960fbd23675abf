package twofactor

import "time"

// MailHealth counts what came of a tenant's last bulk mails, so that bad
// addresses of one tenant stop its own bulk mails before the mail service
// stops everybody's.
type MailHealth struct {
	Meta
	Tenant string
	// Sent and Failed are about the last mails: both are halved when together
	// they reach healthWindow.
	Sent   int
	Failed int
	// StoppedAt is when its bulk mails were stopped; zero while they go.
	StoppedAt time.Time
}

// Key implements Record.
func (h *MailHealth) Key() Key { return MailHealthKey(h.Tenant) }

// MailHealthKey names the health of a tenant's bulk mails.
func MailHealthKey(tenant string) Key { return Key{Kind: KindMailHealth, Tenant: tenant, ID: LaneBulk} }

// The mail service looks at an account whose share of bounces is above 5 %. A
// tenant's bulk mails stop for a day when of its last mails at least
// failuresToStop, and more than that share, were refused or came back.
const (
	healthWindow   = 200
	failuresToStop = 10
	failureShare   = 20
	stoppedFor     = 24 * time.Hour
)

// stopped reports whether the tenant's bulk mails rest at now.
func (h *MailHealth) stopped(now time.Time) bool {
	return h != nil && !h.StoppedAt.IsZero() && now.Sub(h.StoppedAt) < stoppedFor
}

// after is the health after so many more mails went and failed; a mail that came
// back is one fewer that went. After a stop it begins anew.
func (h *MailHealth) after(sent, failed int, now time.Time) *MailHealth {
	fresh := *h
	next := &fresh
	if !next.StoppedAt.IsZero() && !next.stopped(now) {
		next.Sent, next.Failed, next.StoppedAt = 0, 0, time.Time{}
	}
	next.Sent, next.Failed = max(0, next.Sent+sent), next.Failed+failed
	if next.Sent+next.Failed >= healthWindow {
		next.Sent, next.Failed = next.Sent/2, next.Failed/2
	}
	bad := next.Failed >= failuresToStop && next.Failed*failureShare > next.Sent+next.Failed
	if bad && next.StoppedAt.IsZero() {
		next.StoppedAt = now
	}
	return next
}
