package dynamo

import (
	"strconv"
	"strings"

	"sallyport/shared/twofactor"
)

func resetRequestFields(f *fields, r *twofactor.ResetRequest, key twofactor.Key) {
	r.Tenant, r.ID = key.Tenant, key.ID
	str(f, "user", &r.User)
	str(f, attrStamp, &r.Incarnation)
	num(f, "generation", &r.Generation)
	moment(f, "created_at", &r.CreatedAt)
	str(f, "reason", &r.Reason)
	str(f, "decided", &r.Decided)
	moment(f, "decided_at", &r.DecidedAt)
	person(f, "decided_by", &r.DecidedBy)
	str(f, "note", &r.Note)
}

func addressFields(f *fields, a *twofactor.Address, key twofactor.Key) {
	a.Ref = refOf(key)
	str(f, "email", &a.Email)
}

func countFields(f *fields, c *twofactor.Count, key twofactor.Key) {
	c.Tenant = key.Tenant
	shard, err := strconv.Atoi(key.ID)
	if err != nil {
		f.fail(attrSK)
	}
	c.Shard = shard
	dict(f, "cells", &c.Cells, func(f *fields, n *int) { integer(f, "s", n) })
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

func dueFields(f *fields, d *twofactor.Due, key twofactor.Key) {
	user, why, _ := strings.Cut(key.ID, "/")
	d.Ref, d.Why = twofactor.Ref{Tenant: key.Tenant, User: user}, twofactor.DueReason(why)
	moment(f, "at", &d.At)
}

func deletionFields(f *fields, d *twofactor.DeletionJob, key twofactor.Key) {
	d.Tenant, d.User = key.Tenant, key.User
	str(f, attrStamp, &d.Incarnation)
	moment(f, "started_at", &d.StartedAt)
	num(f, "removed", &d.Removed)
	flag(f, "swept", &d.Swept)
}
