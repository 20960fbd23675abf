package twofactor

import (
	"context"
	"errors"
)

// Ended counts anew every user about whom something has ended by time alone:
// a requirement, a pause, an open reset request. The schedule calls it, so the
// summary is late by no more than the time between two runs. An error means
// that some could not be counted; the next run finds them again.
func (n *Notify) Ended(ctx context.Context) error {
	var failures error
	for records, err := range n.pages(ctx, Query{Kind: KindDue, Limit: duePage}) {
		if err != nil {
			return errors.Join(failures, err)
		}
		for _, record := range records {
			due, ok := record.(*Due)
			if !ok {
				continue
			}
			if due.At.After(n.Now()) || ctx.Err() != nil {
				return failures
			}
			_, err := n.countUser(ctx, due.Ref)
			failures = errors.Join(failures, err)
		}
	}
	return failures
}
