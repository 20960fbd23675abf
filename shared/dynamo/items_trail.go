package dynamo

import "sallyport/shared/twofactor"

func announcementFields(_ *fields, a *twofactor.Announcement, key twofactor.Key) {
	a.Tenant, a.ID = key.Tenant, key.ID
}

// eventRowFields packs the event under a name of its own: the attribute "e"
// would tell the stream that filing an event is news again.
func eventRowFields(f *fields, r *twofactor.EventRow, key twofactor.Key) {
	packed(f, "event", true, func(p *packer) { packEvent(p, &r.Event, twofactor.Key{Tenant: key.Tenant}) })
	moment(f, "filed_at", &r.FiledAt)
}

func onceFields(f *fields, o *twofactor.OnceRecord, key twofactor.Key) {
	o.ID = key.ID
	str(f, "tenant", &o.Tenant)
	blob(f, "body_hash", &o.BodyHash)
	num(f, "status", &o.Status)
	blob(f, "body", &o.Body)
	moment(f, "at", &o.At)
}

func redemptionFields(f *fields, r *twofactor.Redemption, key twofactor.Key) {
	r.Tenant, r.ID = key.Tenant, key.ID
	moment(f, "at", &r.At)
}
