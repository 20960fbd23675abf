package twofactor

import (
	"slices"
	"time"
)

// ownFailures are names that say nothing about the address.
var ownFailures = []string{failureTooLate, failureStopped, failureUnavailable, "NotRendered"}

// moved gives what a bulk mail that is done moves besides itself: the progress
// of its reminder, and the health of the tenant's bulk mails. failure is "" for
// a mail that went.
func (n *Notify) moved(about parcel, failure string, now time.Time) []Record {
	var records []Record
	if r := about.reminder; r != nil {
		next := *r
		if failure == "" {
			next.Sent++
		} else {
			next.Failed++
		}
		next.settled()
		records = append(records, &next)
	}
	switch {
	case about.health == nil || slices.Contains(ownFailures, failure):
	case failure == "":
		records = append(records, about.health.after(1, 0, now))
	default:
		records = append(records, about.health.after(0, 1, now))
	}
	return records
}

// stoppage is the event of the moment at which a tenant's bulk mails are
// stopped; nil for any other change. Its id is made of the change, so that it
// is filed once.
func stoppage(change Change) *Event {
	before, _ := change.Old.(*MailHealth)
	after, _ := change.New.(*MailHealth)
	if after == nil || after.StoppedAt.IsZero() || before != nil && before.StoppedAt.Equal(after.StoppedAt) {
		return nil
	}
	return &Event{
		ID: IDFloor(after.StoppedAt), At: after.StoppedAt, Type: EventBulkStopped, Tenant: after.Tenant,
		Detail: map[string]string{DetailFailure: failureStopped},
	}
}
