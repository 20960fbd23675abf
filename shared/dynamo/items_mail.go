package dynamo

import (
	"strings"

	"sallyport/shared/twofactor"
)

func mailFields(f *fields, m *twofactor.Mail, key twofactor.Key) {
	m.Tenant = key.Tenant
	m.User, m.ID, _ = strings.Cut(key.ID, "/")
	str(f, "kind", &m.Kind)
	flag(f, "bulk", &m.Bulk)
	str(f, "to", &m.To)
	dict(f, "vars", &m.Vars, func(f *fields, value *string) { str(f, "s", value) })
	blob(f, "sealed_code", &m.SealedCode)
	str(f, "state", &m.State)
	num(f, "attempts", &m.Attempts)
	moment(f, "due_at", &m.DueAt)
	moment(f, "created_at", &m.CreatedAt)
	moment(f, "sent_at", &m.SentAt)
	str(f, "failure", &m.Failure)
}

func mailHealthFields(f *fields, h *twofactor.MailHealth, key twofactor.Key) {
	h.Tenant = key.Tenant
	num(f, "sent", &h.Sent)
	num(f, "failed", &h.Failed)
	moment(f, "stopped_at", &h.StoppedAt)
}

func reminderFields(f *fields, r *twofactor.Reminder, key twofactor.Key) {
	r.Tenant, r.ID = key.Tenant, key.ID
	str(f, "kind", &r.Kind)
	moment(f, "started_at", &r.StartedAt)
	str(f, "after", &r.After)
	num(f, "total", &r.Total)
	num(f, "sent", &r.Sent)
	num(f, "failed", &r.Failed)
	str(f, "state", &r.State)
}
