package memory

import (
	"fmt"
	"strings"
	"time"

	"sallyport/shared/twofactor"
)

// listable reports whether there is a list of what q asks for.
func listable(q twofactor.Query) bool {
	own := q.Tenant != ""
	switch q.Kind {
	case twofactor.KindDirectory, twofactor.KindAddress, twofactor.KindTombstone, twofactor.KindTenant,
		twofactor.KindOnce, twofactor.KindResetRequest, twofactor.KindAnnouncement, twofactor.KindRedemption,
		twofactor.KindCounted:
		return own
	case twofactor.KindEventRow, twofactor.KindMail, twofactor.KindReminder, twofactor.KindDue:
		return true
	case twofactor.KindAPIKey, twofactor.KindDeletion:
		return !own
	}
	return false
}

// place returns where a record of the kind that q asks for stands in its list;
// in is false when it does not belong there.
func place(record twofactor.Record, q twofactor.Query) (position string, in bool) {
	if q.Tenant == "" && (q.Kind == twofactor.KindMail || q.Kind == twofactor.KindReminder || q.Kind == twofactor.KindDue) {
		return work(record, q)
	}
	key := record.Key()
	position, in = key.ID, key.Tenant == q.Tenant
	switch r := record.(type) {
	case *twofactor.Directory, *twofactor.Tombstone:
		position = key.User
	case *twofactor.Address:
		position = r.Email + "#" + r.User
	case *twofactor.Tenant:
		position, in = r.ID, r.Parent == q.Tenant
	case *twofactor.OnceRecord:
		in = r.Tenant == q.Tenant
	case *twofactor.ResetRequest:
		in = in && (q.User == "" || r.User == q.User)
	case *twofactor.DeletionJob:
		position, in = strings.TrimRight(key.Tenant+"#"+key.User+"#"+key.ID, "#"), true
	case *twofactor.EventRow:
		in = in && (q.User == "" || r.Event.User == q.User) && (q.Type == "" || r.Event.Type == q.Type)
		if q.ByFiling {
			position, in = r.FiledPosition(), in && !r.FiledAt.IsZero()
		}
	}
	return position, in && strings.HasPrefix(position, q.Prefix)
}

// work returns where a record stands among what is to be done for all tenants.
func work(record twofactor.Record, q twofactor.Query) (position string, in bool) {
	switch r := record.(type) {
	case *twofactor.Mail:
		return timed(r.DueAt, r.Tenant, r.ID), r.State == twofactor.MailQueued && r.Lane() == q.Prefix
	case *twofactor.Due:
		return timed(r.At, r.Tenant, r.User, string(r.Why)), true
	case *twofactor.Reminder:
		return r.Tenant + "#" + r.ID, r.State == twofactor.ReminderRunning && strings.HasPrefix(r.Tenant+"#"+r.ID, q.Prefix)
	}
	return "", false
}

// timed is a position in an order of time.
func timed(at time.Time, more ...string) string {
	return fmt.Sprintf("%013d#%s", at.UnixMilli(), strings.Join(more, "#"))
}
