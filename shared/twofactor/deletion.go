package twofactor

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Deletions removes all that is left of tenants and users which were deleted.
type Deletions struct{ Deps }

// NewDeletions makes Deletions.
func NewDeletions(d Deps) *Deletions { return &Deletions{Deps: d} }

// deletionRest is how long a deletion waits before it removes anything: longer
// than any call or filing that began before the tenant was marked can take, so
// that nothing is written behind its back.
const deletionRest = time.Minute

const (
	// removedTogether is how many records are removed in one commit, and
	// usersTogether how many users with all they have; a transaction of the
	// table takes 100 records.
	removedTogether = 90
	usersTogether   = 15
	// deletionPage is how many deletions are listed at once.
	deletionPage = 100
	// deletionLate is the age at which a tenant's deletion must be over, and
	// that of a user so long after its last look: one run removes some ten
	// thousand records.
	deletionLate = 48 * time.Hour
)

// errDeletionLate says that a deletion goes on for days: something stops it
// that no error shows.
var errDeletionLate = errors.New("a deletion does not come to its end")

// deletionSteps are the kinds of which a tenant has many, in the order in which
// they go. Users come first. Event rows come last: nothing files any by then.
var deletionSteps = []Kind{
	KindDirectory, KindTombstone, KindAddress, KindResetRequest, KindReminder, KindMail, KindAnnouncement,
	KindRedemption, KindOnce, KindCounted, KindDue, KindDeletion, KindEventRow,
}

// Run works on every deletion under way until ctx ends or none is left to work
// on; more says that a tenant is not gone yet. It can be ended, repeated and run
// twice at the same time: each commit removes some records and moves the job
// on, and only one run can do that. The tenant's own record goes last, with the
// job; until then nobody can make a tenant of this id. A run that ctx ends has
// not failed, whatever it cut off: the next one goes on.
func (d *Deletions) Run(ctx context.Context) (more bool, err error) {
	var failures error
	for records, err := range d.pages(ctx, Query{Kind: KindDeletion, Limit: deletionPage}) {
		if ctx.Err() != nil {
			return true, failures
		}
		if err != nil {
			return true, errors.Join(failures, err)
		}
		for _, record := range records {
			job, ok := record.(*DeletionJob)
			if !ok {
				continue
			}
			failures = errors.Join(failures, job.late(d.Now()))
			done, err := d.one(ctx, job)
			if ctx.Err() != nil {
				return true, failures
			}
			more = more || !done
			failures = errors.Join(failures, err)
		}
	}
	return more, failures
}

// late is an error for a deletion that should have been over long ago.
func (d *DeletionJob) late(now time.Time) error {
	end := d.StartedAt.Add(deletionLate)
	if d.User != "" {
		end = end.Add(lateMails)
	}
	if now.Before(end) {
		return nil
	}
	return fmt.Errorf("tenant %s: %w", d.Tenant, errDeletionLate)
}

// one works on one deletion. That of a user is done as far as anybody waits for
// it: its job only waits for what may come late.
func (d *Deletions) one(ctx context.Context, job *DeletionJob) (done bool, err error) {
	rests := d.Now().Sub(job.StartedAt) < deletionRest
	switch {
	case job.User != "" && rests:
		return true, nil
	case job.User != "":
		return true, d.sweep(ctx, job)
	case rests:
		return false, nil
	}
	return d.work(ctx, job)
}

// work removes what a tenant has left, batch by batch. It begins with the first
// step every time, so that the last batch of a run is what is left indeed.
func (d *Deletions) work(ctx context.Context, job *DeletionJob) (done bool, err error) {
	for _, kind := range deletionSteps {
		for {
			if ctx.Err() != nil {
				return false, nil
			}
			records, err := d.first(ctx, kind, job.Tenant)
			if err != nil {
				return false, err
			}
			if len(records) == 0 {
				break
			}
			job.Removed += len(records)
			if lost, err := d.remove(ctx, Commit{Put: []Record{job}, Delete: withAttachments(records)}); lost || err != nil {
				return false, err
			}
		}
	}
	return d.last(ctx, job)
}

// first finds the first records of a kind that a tenant has. A page can be
// empty and not the last one.
func (d *Deletions) first(ctx context.Context, kind Kind, tenant string) ([]Record, error) {
	query := Query{Kind: kind, Tenant: tenant, Limit: removedTogether}
	if kind == KindDeletion {
		query.Tenant, query.Prefix = "", DeletionsOf(tenant)
	}
	if kind == KindDirectory || kind == KindTombstone || kind == KindAddress {
		query.Limit = usersTogether
	}
	for records, err := range d.pages(ctx, query) {
		if err != nil || len(records) > 0 {
			return records, err
		}
	}
	return nil, nil
}

// withAttachments names what is removed: each record at whatever version, and
// for a user all that he has.
func withAttachments(records []Record) []Record {
	var all []Record
	for _, record := range records {
		switch r := record.(type) {
		case *Directory:
			all = append(all, everythingOf(r.Ref)...)
		case *Tombstone:
			all = append(all, everythingOf(r.Ref)...)
		case *Address:
			all = append(all, everythingOf(r.Ref)...)
		default:
			record.Header().Version = 0
			all = append(all, record)
		}
	}
	return all
}

// everythingOf is more than a user's own deletion removes: no tombstone stays.
func everythingOf(ref Ref) []Record {
	return append([]Record{&Auth{Ref: ref}, &Directory{Ref: ref}, &Tombstone{Ref: ref}}, attachments(ref)...)
}

// last removes the tenant itself, if it is the one that was deleted, and the
// job.
func (d *Deletions) last(ctx context.Context, job *DeletionJob) (done bool, err error) {
	found, err := d.Store.Load(ctx, Want{Key: TenantKey(job.Tenant)})
	if err != nil {
		return false, err
	}
	commit := Commit{Delete: []Record{job}}
	tenant := Get[Tenant](found, TenantKey(job.Tenant))
	if tenant != nil && tenant.Deleting && tenant.Incarnation == job.Incarnation {
		commit.Delete = append(commit.Delete, tenant, &Roster{Tenant: job.Tenant}, &MailHealth{Tenant: job.Tenant})
		for shard := range CountShards {
			commit.Delete = append(commit.Delete, &Count{Tenant: job.Tenant, Shard: shard})
		}
	}
	lost, err := d.remove(ctx, commit)
	return !lost && err == nil, err
}

// remove applies one batch; lost means that another run is at work.
func (d *Deletions) remove(ctx context.Context, c Commit) (lost bool, err error) {
	err = d.Store.Commit(context.WithoutCancel(ctx), c)
	var conflict *ConflictError
	if errors.As(err, &conflict) {
		return true, nil
	}
	return false, err
}

// gone reports whether a tenant is deleted, or is being deleted: nothing is
// filed there any more, so that nothing is left behind. An event about no
// tenant is always filed. It reads half a unit.
func (n *Notify) gone(ctx context.Context, tenant string) (bool, error) {
	if tenant == "" {
		return false, nil
	}
	found, err := n.Store.Load(ctx, Want{Key: TenantKey(tenant), Eventually: true})
	if err != nil {
		return false, err
	}
	record := Get[Tenant](found, TenantKey(tenant))
	return record == nil || record.Deleting, nil
}
