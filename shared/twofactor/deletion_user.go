package twofactor

import (
	"context"
	"time"
)

// lateMails is how long after a user's deletion a mail about him can still be
// filed: the stream keeps changes for 24 hours.
const lateMails = 26 * time.Hour

// sweep removes what the deletion of a user could not take along: his reset
// requests, and the mails about him. It looks twice: soon, for all that is
// done, and when no mail can come any more. Mails that wait are left to the
// last look, so that those that were filed just before still go. A sweep that
// loses against another run is left to that one.
func (d *Deletions) sweep(ctx context.Context, job *DeletionJob) error {
	last := d.Now().Sub(job.StartedAt) >= lateMails
	if job.Swept && !last {
		return nil
	}
	back, err := d.madeAgain(ctx, job)
	if err != nil {
		return err
	}
	requests := Query{Kind: KindResetRequest, Tenant: job.Tenant, User: job.User}
	mails := Query{Kind: KindMail, Tenant: job.Tenant, Prefix: MailsAbout(job.User)}
	for _, query := range []Query{requests, mails} {
		if lost, err := d.sweepList(ctx, job, query, back, last); lost || err != nil {
			return err
		}
	}
	job.Swept = true
	end := Commit{Put: []Record{job}}
	if last {
		end = Commit{Delete: []Record{job}}
	}
	_, err = d.remove(ctx, end)
	return err
}

// madeAgain reports whether there is a user of this id by now.
func (d *Deletions) madeAgain(ctx context.Context, job *DeletionJob) (bool, error) {
	key := AuthKey(Ref{Tenant: job.Tenant, User: job.User})
	found, err := d.Store.Load(ctx, Want{Key: key})
	return found[key] != nil, err
}

// sweepList removes what belongs to the deletion from one list, page by page.
func (d *Deletions) sweepList(ctx context.Context, job *DeletionJob, query Query, back, last bool) (lost bool, err error) {
	query.Limit = removedTogether
	for {
		if ctx.Err() != nil {
			return true, nil
		}
		page, err := d.Store.List(ctx, query)
		if err != nil {
			return false, err
		}
		var gone []Record
		for _, record := range page.Records {
			switch {
			case !job.owns(record, back):
			case !waits(record):
				record.Header().Version = 0
				gone = append(gone, record)
			case last:
				if lost, err := d.takeBack(ctx, job, record.(*Mail)); lost || err != nil {
					return lost, err
				}
			}
		}
		if len(gone) > 0 {
			job.Removed += len(gone)
			if lost, err := d.remove(ctx, Commit{Put: []Record{job}, Delete: gone}); lost || err != nil {
				return lost, err
			}
		}
		if page.Next == "" {
			return false, nil
		}
		query.After = page.Next
	}
}

// takeBack removes a mail that waits. Its reminder counts it among those that
// failed: it would wait for that mail for ever.
func (d *Deletions) takeBack(ctx context.Context, job *DeletionJob, mail *Mail) (lost bool, err error) {
	outbox := Notify{Deps: d.Deps}
	about, err := outbox.parcel(ctx, mail)
	if err != nil || about.mail == nil {
		return false, err
	}
	job.Removed++
	commit := Commit{Put: []Record{job}, Delete: []Record{about.mail}}
	if waits(about.mail) {
		commit.Put = append(commit.Put, about.taken(0, 0, d.Now())...)
	}
	return d.remove(ctx, commit)
}

// owns reports whether a record is of the user who was deleted. When there is
// one of the same id again, what came after the deletion is his.
func (d *DeletionJob) owns(record Record, back bool) bool {
	switch r := record.(type) {
	case *ResetRequest:
		return r.Incarnation == d.Incarnation
	case *Mail:
		// An id begins with that of the event, and so with its time.
		return !back || !r.CreatedAt.After(d.StartedAt) || r.ID < IDFloor(d.StartedAt.Add(time.Millisecond))
	}
	return false
}

func waits(record Record) bool {
	mail, ok := record.(*Mail)
	return ok && mail.State == MailQueued
}
