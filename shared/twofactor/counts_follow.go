package twofactor

import (
	"context"
	"errors"
	"time"
)

// countTries is how often the counting of one user is begun anew when others
// move the same shard; after that the stream brings the change again.
const countTries = 8

// follow counts a user anew when a change of his auth record may have moved
// him, or may have moved what ends by time alone. What the change says is only
// a hint: the record is read again, so that it does not matter how often and in
// which order changes come.
func (n *Notify) follow(ctx context.Context, change Change) error {
	if change.Key.Kind != KindAuth {
		return nil
	}
	before, _ := change.Old.(*Auth)
	after, _ := change.New.(*Auth)
	now := n.Now()
	moves := cellOf(before, now) != cellOf(after, now)
	for _, why := range DueReasons {
		moves = moves || !endOf(before, why, now).Equal(endOf(after, why, now))
	}
	if !moves {
		return nil
	}
	_, err := n.countUser(ctx, Ref{Tenant: change.Key.Tenant, User: change.Key.User})
	return err
}

// endOf is when something about a user ends by time alone; zero when nothing
// does.
func endOf(a *Auth, why DueReason, now time.Time) time.Time {
	var at time.Time
	switch {
	case a == nil:
	case why == DueRequirement && a.Requirement.At(now) != RequirementInherit:
		at = a.Requirement.ExpiresAt
	case why == DueLock && a.Factor != nil:
		at = a.Attempts.lock(now).RetryAt
	case why == DueResetRequest && a.openReset(now) != nil:
		at = a.OpenReset.CreatedAt.Add(resetRequestLife)
	}
	return at
}

// countState is what is kept about one user for the counts.
type countState struct {
	counted *Counted
	count   *Count
	dues    map[DueReason]*Due
	gone    bool
}

// countUser brings the counts, and the list of what ends by time alone, to
// where the user stands now. moved says whether anything was wrong. Doing it
// again does nothing.
//
// The user is read after the counts: whoever changed those before saw an older
// user, and whoever changes them after makes this commit fail.
func (d Deps) countUser(ctx context.Context, ref Ref) (moved bool, err error) {
	for range countTries {
		was, err := d.countState(ctx, ref)
		if err != nil {
			return false, err
		}
		found, err := d.Store.Load(ctx, Want{Key: AuthKey(ref)})
		if err != nil {
			return false, err
		}
		commit := was.follow(Get[Auth](found, AuthKey(ref)), d.Now())
		if commit.empty() {
			return moved, nil
		}
		err = d.Store.Commit(ctx, commit)
		var lost *ConflictError
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, ErrUnknownOutcome):
			moved = true
		case !errors.As(err, &lost):
			return false, err
		}
	}
	return false, errors.Join(ErrStore, errors.New("a shard of the counts is too busy"))
}

func (d Deps) countState(ctx context.Context, ref Ref) (countState, error) {
	shard := countShard(ref.User)
	tenant, counted, count := TenantKey(ref.Tenant), CountedKey(ref), CountKey(ref.Tenant, shard)
	wants := []Want{{Key: tenant}, {Key: counted}, {Key: count}}
	for _, why := range DueReasons {
		wants = append(wants, Want{Key: DueKey(ref, why)})
	}
	found, err := d.Store.Load(ctx, wants...)
	if err != nil {
		return countState{}, err
	}
	s := countState{counted: Get[Counted](found, counted), count: Get[Count](found, count), dues: map[DueReason]*Due{}}
	if s.counted == nil {
		s.counted = &Counted{Ref: ref}
	}
	if s.count == nil {
		s.count = &Count{Tenant: ref.Tenant, Shard: shard}
	}
	for _, why := range DueReasons {
		s.dues[why] = Get[Due](found, DueKey(ref, why))
	}
	owner := Get[Tenant](found, tenant)
	s.gone = owner == nil || owner.Deleting
	return s, nil
}

// follow is the commit that brings everything to where the user stands. Of a
// tenant that is going nothing is counted any more, only removed.
func (s countState) follow(user *Auth, now time.Time) Commit {
	if s.gone {
		user = nil
	}
	var c Commit
	for _, why := range DueReasons {
		at, due := endOf(user, why, now), s.dues[why]
		switch {
		case at.IsZero() && due != nil:
			c.Delete = append(c.Delete, due)
		case at.IsZero() || due != nil && due.At.Equal(at.Truncate(time.Millisecond)):
		default:
			next := &Due{Ref: s.counted.Ref, Why: why}
			if due != nil {
				next.Meta = due.Meta
			}
			next.At = at
			c.Put = append(c.Put, next)
		}
	}
	cell := cellOf(user, now)
	if cell == s.counted.Cell {
		return c
	}
	if !s.gone {
		c.Put = append(c.Put, s.count.moved(s.counted.Cell, cell))
	}
	if cell == "" {
		c.Delete = append(c.Delete, s.counted)
		return c
	}
	next := *s.counted
	next.Cell = cell
	c.Put = append(c.Put, &next)
	return c
}
