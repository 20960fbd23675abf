package model

import (
	"slices"
	"strings"
	"time"

	"sallyport/shared/twofactor"
)

// mail is one that the contract asks for (§7). Nothing goes to nobody.
func (m *machine) mail(kind twofactor.MailKind, to ...string) {
	for _, address := range to {
		if address != "" {
			m.mails = append(m.mails, string(kind)+" to "+address)
		}
	}
}

// sameMails compares the mails of the last step, whatever their order.
func (m *machine) sameMails() {
	m.t.Helper()
	slices.Sort(m.mails)
	slices.Sort(m.post.sent)
	m.same("the mails", strings.Join(m.post.sent, ", "), strings.Join(m.mails, ", "))
	m.mails, m.post.sent = nil, nil
}

// deciding are the addresses of those who could decide resets, and whether
// there is one besides a user.
func (t *tenant) deciding(besides string) (addresses []string, another bool) {
	for id, u := range t.users {
		if u.active && u.email() != "" && t.holds(u.role, twofactor.PermResetsDecide) {
			addresses = append(addresses, u.email())
			another = another || id != besides
		}
	}
	return addresses, another
}

// toAdministrators tells every administrator about a user, and those of the
// parent where there is no other (§4.4).
func (m *machine) toAdministrators(kind twofactor.MailKind, u *user) {
	own, another := u.tenant.deciding(u.id)
	m.mail(kind, own...)
	if !another && u.tenant.parent != nil {
		theirs, _ := u.tenant.parent.deciding("")
		m.mail(kind, theirs...)
	}
}

// warn tells of too many wrong codes: from the tenth in a day, at most once in
// an hour.
func (m *machine) warn(u *user) {
	inDay := 0
	for _, at := range u.factor.wrong {
		if m.now.Sub(at) < day {
			inDay++
		}
	}
	if inDay >= 10 && (u.warned.IsZero() || m.now.Sub(u.warned) >= time.Hour) {
		u.warned = m.now
		m.mail(twofactor.MailTooManyWrongCodes, u.email())
	}
}

// accept takes a right code, and tells of what it does besides.
func (m *machine) accept(u *user, p proof, v verdict) {
	if u.openRequest(m.now) != nil {
		m.mail(twofactor.MailResetCancelled, u.email())
	}
	if p.method == twofactor.MethodBackupCode {
		m.mail(twofactor.MailBackupCodeUsed, u.email())
	}
	u.accept(p, v, m.now)
}
