package twofactor

import (
	"context"
	"errors"
)

// The lanes of the outbox, as Query.Prefix names them. Mails that somebody
// waits for never stand behind bulk mails.
const (
	LaneNow  = "now"
	LaneBulk = "bulk"
)

// Lane is the lane of the outbox that the mail stands in while it is queued.
func (m *Mail) Lane() string {
	if m.Bulk {
		return LaneBulk
	}
	return LaneNow
}

// duePage is how many mails are listed at once.
const duePage = 25

// defaultBulkPerRun is far below what a new account of the mail service may
// send in a minute.
const defaultBulkPerRun = 300

// Due sends the mails whose time has come: first those that somebody waits
// for, then a bounded number of bulk mails. It returns how many were sent and
// how many failed for good. When ctx ends, the mail that was begun is still
// finished, and the rest waits. An error means that some could not be tried;
// the next run finds them again.
func (n *Notify) Due(ctx context.Context) (sent, failed int, err error) {
	bulkLimit := n.BulkPerRun
	if bulkLimit <= 0 {
		bulkLimit = defaultBulkPerRun
	}
	run := dueRun{notify: n}
	nowErr := run.lane(ctx, LaneNow, 0)
	bulkErr := run.lane(ctx, LaneBulk, bulkLimit)
	return run.sent, run.failed, errors.Join(nowErr, bulkErr)
}

// dueRun counts what one run of Due did.
type dueRun struct {
	notify       *Notify
	sent, failed int
}

// lane works off one lane in order of due time; limit 0 means no limit.
func (r *dueRun) lane(ctx context.Context, lane string, limit int) error {
	now := r.notify.Now()
	query := Query{Kind: KindMail, Prefix: lane, Limit: duePage}
	tried := 0
	var failures error
	for {
		if ctx.Err() != nil {
			return failures
		}
		page, err := r.notify.Store.List(ctx, query)
		if err != nil {
			return errors.Join(failures, err)
		}
		for _, record := range page.Records {
			mail, ok := record.(*Mail)
			if !ok {
				continue
			}
			if mail.DueAt.After(now) || limit > 0 && tried == limit || ctx.Err() != nil {
				return failures
			}
			tried++
			failures = errors.Join(failures, r.one(ctx, mail))
		}
		if page.Next == "" {
			return failures
		}
		query.After = page.Next
	}
}

// one delivers one mail and counts what came of it. It outlives ctx: a mail
// that was taken and not marked would be sent twice.
func (r *dueRun) one(ctx context.Context, mail *Mail) error {
	state, err := r.notify.deliver(context.WithoutCancel(ctx), mail.Key())
	switch state {
	case MailSent:
		r.sent++
	case MailFailed:
		r.failed++
	}
	return err
}
