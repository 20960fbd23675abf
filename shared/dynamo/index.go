package dynamo

import (
	"fmt"

	"sallyport/shared/twofactor"
)

// The partitions of the index that are not a tenant's own.
const (
	reminderList = globalPK + string(twofactor.KindReminder)
	dueList      = globalPK + string(twofactor.KindDue)
)

// mailLane is the index partition of the mails that wait in one lane.
func mailLane(lane string) string { return globalPK + string(twofactor.KindMail) + sep + lane }

// ownList is one of a tenant's lists in the index. Its name is no digit: those
// are the shards of the directory.
func ownList(tenant, name string) string { return tenant + sep + name }

// The names of a tenant's lists.
const (
	addressList  = "address"
	goneList     = "gone"
	childrenList = "children"
	onceList     = "once"
	filedList    = "filed"
	resetsList   = "resets"
)

// listed returns a record's place in the index, or ok false for a record that
// is in no list.
func listed(record twofactor.Record) (at address, ok bool) {
	switch r := record.(type) {
	case *twofactor.Directory:
		return address{shardOf(r.Tenant, r.User), r.User}, true
	case *twofactor.Address:
		return address{shardOf(ownList(r.Tenant, addressList), r.User), r.Email + sep + r.User}, true
	case *twofactor.Tombstone:
		return address{ownList(r.Tenant, goneList), r.User}, true
	case *twofactor.Tenant:
		return address{ownList(r.Parent, childrenList), r.ID}, r.Parent != ""
	case *twofactor.OnceRecord:
		return address{ownList(r.Tenant, onceList), r.ID}, r.Tenant != ""
	case *twofactor.EventRow:
		return address{ownList(r.Event.Tenant, filedList), r.FiledPosition()}, !r.FiledAt.IsZero()
	case *twofactor.ResetRequest:
		return address{ownList(r.Tenant, resetsList), r.User + sep + r.ID}, true
	case *twofactor.Mail:
		return address{mailLane(r.Lane()), timed(r.DueAt.UnixMilli(), r.Tenant, r.ID)}, r.State == twofactor.MailQueued
	case *twofactor.Reminder:
		return address{reminderList, r.Tenant + sep + r.ID}, r.State == twofactor.ReminderRunning
	case *twofactor.Due:
		return address{shardOf(dueList, r.User), timed(r.At.UnixMilli(), r.Tenant, r.User, string(r.Why))}, true
	}
	return address{}, false
}

// timed is a position in an order of time.
func timed(ms int64, more ...string) string {
	position := fmt.Sprintf("%013d", ms)
	for _, part := range more {
		position += sep + part
	}
	return position
}
