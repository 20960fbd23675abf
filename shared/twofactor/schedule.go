package twofactor

import (
	"context"
	"errors"
	"time"
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

// Scheduled does what the schedule is for: it counts anew what ended by time
// alone, goes on with reminders that stand still and with the deletion of
// tenants, and sends the mails that are due. What fails does not keep the rest
// from being done.
func (n *Notify) Scheduled(ctx context.Context) (sent, failed int, err error) {
	endedErr := n.Ended(ctx)
	remindErr := n.Remind(ctx)
	deletionErr := n.delete(ctx)
	sent, failed, dueErr := n.Due(ctx)
	return sent, failed, errors.Join(endedErr, remindErr, deletionErr, dueErr)
}

// deletionTime is how long one run of the schedule works on deletions: mails
// wait behind them.
const deletionTime = 10 * time.Second

func (n *Notify) delete(ctx context.Context) error {
	work, cancel := context.WithTimeout(ctx, deletionTime)
	defer cancel()
	_, err := NewDeletions(n.Deps).Run(work)
	return err
}

// BulkTime is the time over which one run of Due spreads its bulk mails: what
// is left of a minute when a run has begun and must end in time.
const BulkTime = 40 * time.Second

// Due sends the mails whose time has come: first those that somebody waits
// for, then a bounded number of bulk mails, evenly spread over BulkTime. It
// returns how many were sent and how many failed for good. When ctx ends, the
// mail that was begun is still finished, and the rest waits. An error means
// that some could not be tried; the next run finds them again.
func (n *Notify) Due(ctx context.Context) (sent, failed int, err error) {
	run := dueRun{notify: n, limit: n.BulkPerRun}
	if run.limit <= 0 {
		run.limit = defaultBulkPerRun
	}
	nowErr := run.lane(ctx, LaneNow)
	bulkErr := run.lane(ctx, LaneBulk)
	return run.sent, run.failed, errors.Join(nowErr, bulkErr)
}

// dueRun counts what one run of Due did; limit is for its bulk mails.
type dueRun struct {
	notify       *Notify
	limit, bulk  int
	sent, failed int
}

// lane works off one lane in order of due time. Between two pages of bulk mails
// come those that somebody waits for.
func (r *dueRun) lane(ctx context.Context, lane string) error {
	now := r.notify.Now()
	query := Query{Kind: KindMail, Prefix: lane, Limit: duePage}
	var failures error
	for {
		page, err := r.notify.Store.List(ctx, query)
		if ctx.Err() != nil {
			return failures
		}
		if err != nil {
			return errors.Join(failures, err)
		}
		for _, record := range page.Records {
			mail, ok := record.(*Mail)
			if !ok {
				continue
			}
			if mail.DueAt.After(now) || ctx.Err() != nil || !r.mayGo(ctx, mail) {
				return failures
			}
			failures = errors.Join(failures, r.one(ctx, mail))
		}
		if page.Next == "" {
			return failures
		}
		query.After = page.Next
		if lane == LaneBulk {
			failures = errors.Join(failures, r.lane(ctx, LaneNow))
		}
	}
}

// mayGo waits until it is a bulk mail's turn, and says whether this run may
// still send it.
func (r *dueRun) mayGo(ctx context.Context, mail *Mail) bool {
	if !mail.Bulk {
		return true
	}
	if r.bulk == r.limit {
		return false
	}
	if r.bulk++; r.bulk > 1 && r.notify.Wait != nil {
		r.notify.Wait(ctx, BulkTime/time.Duration(r.limit))
	}
	return ctx.Err() == nil
}

// one delivers one mail and counts what came of it. It outlives ctx: a mail
// that was taken and not marked would be sent twice.
func (r *dueRun) one(ctx context.Context, mail *Mail) error {
	state, err := r.notify.deliver(context.WithoutCancel(ctx), mail)
	switch state {
	case MailSent:
		r.sent++
	case MailFailed:
		r.failed++
	}
	return err
}
