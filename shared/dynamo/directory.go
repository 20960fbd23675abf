package dynamo

import (
	"context"
	"errors"
	"strings"
	"sync"

	"sallyport/shared/twofactor"
)

// listDirectory merges the ten index partitions of a tenant. Each gives a
// little more than its share; where one has no more to give but is not at its
// end, the page stops.
func (s *Store) listDirectory(ctx context.Context, q twofactor.Query) (twofactor.Page, error) {
	if strings.Contains(q.Tenant, sep) || q.Tenant == "" {
		return twofactor.Page{}, errors.New("no tenant has this id")
	}
	var (
		wait   sync.WaitGroup
		shards [directories]shardPage
		share  = min(q.Limit, q.Limit*3/(2*directories)+4)
	)
	for i := range shards {
		wait.Go(func() {
			r := stretch{partition: shardName(q.Tenant, i), index: true}.of(q, q.Prefix)
			r.limit = share
			shards[i].rows, shards[i].more, shards[i].err = s.walk(ctx, r)
		})
	}
	wait.Wait()
	for _, shard := range shards {
		if shard.err != nil {
			return twofactor.Page{}, shard.err
		}
	}
	all, more := merge(shards[:], q.Limit, q.Descending)
	return s.page(ctx, all, more, false)
}

// shardPage is what one index partition gave.
type shardPage struct {
	rows []found
	more bool
	err  error
}

// merge takes rows in order until limit, or until a partition that has more is
// used up.
func merge(shards []shardPage, limit int, descending bool) (all []found, more bool) {
	for {
		next := -1
		for i, shard := range shards {
			if len(shard.rows) == 0 {
				if shard.more {
					return all, true
				}
				continue
			}
			if next < 0 || shard.rows[0].position < shards[next].rows[0].position != descending {
				next = i
			}
		}
		if next < 0 {
			return all, false
		}
		if len(all) == limit {
			return all, true
		}
		all = append(all, shards[next].rows[0])
		shards[next].rows = shards[next].rows[1:]
	}
}
