package dynamo

import "sallyport/shared/twofactor"

func countedFields(f *fields, c *twofactor.Counted, key twofactor.Key) {
	c.Ref = twofactor.Ref{Tenant: key.Tenant, User: key.ID}
	str(f, "cell", &c.Cell)
}

func mailHealthFields(f *fields, h *twofactor.MailHealth, key twofactor.Key) {
	h.Tenant = key.Tenant
	num(f, "sent", &h.Sent)
	num(f, "failed", &h.Failed)
	moment(f, "stopped_at", &h.StoppedAt)
}
