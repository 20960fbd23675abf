package twofactor

import (
	"context"
	"errors"
	"maps"
)

// Counts checks the counts that summaries are made of.
type Counts struct{ Deps }

// NewCounts makes Counts.
func NewCounts(d Deps) *Counts { return &Counts{Deps: d} }

// RecountAnswer says what a recount found. Both differences are zero when the
// counts were right.
type RecountAnswer struct {
	Users int
	// Moved is how many users stood in another cell than they were counted in.
	Moved int
	// Corrected is how many shards did not hold the sum of their users.
	Corrected int
}

// recountPage is how many users a recount reads at once.
const recountPage = 50

// recountTries is how often shards that moved meanwhile are summed up again.
const recountTries = 5

// Recount counts every user of a tenant anew and puts right what is wrong. It
// can run beside everything else: a shard is written only if nobody moved it
// while its users were summed up. It takes time with the number of users, and
// is safe to repeat. An error means that it was not finished.
func (s *Counts) Recount(ctx context.Context, tenant string) (RecountAnswer, error) {
	var answer RecountAnswer
	err := s.eachPage(ctx, tenant, func(users []Ref) error {
		answer.Users += len(users)
		moved, err := s.correct(ctx, users)
		answer.Moved += moved
		return err
	})
	if err != nil {
		return answer, err
	}
	open := map[int]bool{}
	for shard := range CountShards {
		open[shard] = true
	}
	for range recountTries {
		if err := s.sumUp(ctx, tenant, open, &answer); err != nil {
			return answer, err
		}
		if len(open) == 0 {
			return answer, nil
		}
	}
	return answer, errors.New("the counts moved all the time: recount again in a quieter hour")
}

// correct counts those of a page anew who stand in another cell than they are
// counted in.
func (s *Counts) correct(ctx context.Context, users []Ref) (moved int, err error) {
	var wants []Want
	for _, ref := range users {
		wants = append(wants, Want{Key: AuthKey(ref)}, Want{Key: CountedKey(ref)})
	}
	found, err := s.Store.Load(ctx, wants...)
	if err != nil {
		return 0, err
	}
	now := s.Now()
	for _, ref := range users {
		cell := ""
		if counted := Get[Counted](found, CountedKey(ref)); counted != nil {
			cell = counted.Cell
		}
		if cell == cellOf(Get[Auth](found, AuthKey(ref)), now) {
			continue
		}
		changed, err := s.countUser(ctx, ref)
		if err != nil {
			return moved, err
		}
		if changed {
			moved++
		}
	}
	return moved, nil
}

// eachPage goes through a tenant's users.
func (s *Counts) eachPage(ctx context.Context, tenant string, do func(users []Ref) error) error {
	for records, err := range s.pages(ctx, Query{Kind: KindDirectory, Tenant: tenant, Limit: recountPage}) {
		if err != nil {
			return err
		}
		var users []Ref
		for _, record := range records {
			users = append(users, Ref{Tenant: tenant, User: record.Key().User})
		}
		if len(users) > 0 {
			if err := do(users); err != nil {
				return err
			}
		}
	}
	return nil
}

// sumUp compares the open shards with the sums of where their users stand, and
// closes each that is right or was put right.
func (s *Counts) sumUp(ctx context.Context, tenant string, open map[int]bool, answer *RecountAnswer) error {
	var wants []Want
	sums := map[int]*Count{}
	for shard := range open {
		wants = append(wants, Want{Key: CountKey(tenant, shard)})
		sums[shard] = &Count{Tenant: tenant, Shard: shard, Cells: map[string]int{}}
	}
	stored, err := s.Store.Load(ctx, wants...)
	if err != nil {
		return err
	}
	if err := s.eachPage(ctx, tenant, func(users []Ref) error { return s.add(ctx, users, sums) }); err != nil {
		return err
	}
	for shard, sum := range sums {
		was := Get[Count](stored, sum.Key())
		if was != nil {
			sum.Meta = was.Meta
		}
		if (was == nil && len(sum.Cells) == 0) || (was != nil && maps.Equal(was.Cells, sum.Cells)) {
			delete(open, shard)
			continue
		}
		err := s.Store.Commit(ctx, Commit{Put: []Record{sum}})
		var lost *ConflictError
		switch {
		case err == nil:
			answer.Corrected++
			delete(open, shard)
		case !errors.As(err, &lost):
			return err
		}
	}
	return nil
}

// add sums up where users stand.
func (s *Counts) add(ctx context.Context, users []Ref, sums map[int]*Count) error {
	var wants []Want
	for _, ref := range users {
		if sums[countShard(ref.User)] != nil {
			wants = append(wants, Want{Key: CountedKey(ref)})
		}
	}
	if len(wants) == 0 {
		return nil
	}
	found, err := s.Store.Load(ctx, wants...)
	if err != nil {
		return err
	}
	for _, record := range found {
		if counted, ok := record.(*Counted); ok && counted.Cell != "" {
			sums[countShard(counted.User)].Cells[counted.Cell]++
		}
	}
	return nil
}

// Recount is [Counts.Recount], for whoever holds a Notify.
func (n *Notify) Recount(ctx context.Context, tenant string) (RecountAnswer, error) {
	return NewCounts(n.Deps).Recount(ctx, tenant)
}
