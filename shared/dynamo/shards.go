package dynamo

import (
	"context"
	"fmt"
	"sync"

	"sallyport/shared/twofactor"
)

// shardOf is the partition of those that share name in which a record stands.
func shardOf(name, id string) string { return shardName(name, int(fnv32(id)%shards)) }

func shardName(name string, shard int) string { return fmt.Sprintf("%s%s%d", name, sep, shard) }

// fnv32 is FNV-1a. It is written out because the shard of a record must never
// change.
func fnv32(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// shardPage is what one partition gave.
type shardPage struct {
	rows []found
	more bool
	err  error
}

// walkShards merges the ten partitions that share a name. Each gives a little
// more than its share; where one has no more to give but is not at its end,
// the page stops.
func (s *Store) walkShards(ctx context.Context, q twofactor.Query, part stretch) (all []found, more bool, err error) {
	var (
		wait  sync.WaitGroup
		pages [shards]shardPage
		share = min(q.Limit, q.Limit*3/(2*shards)+4)
	)
	for i := range pages {
		wait.Go(func() {
			r := part.of(q)
			r.partition, r.limit = shardName(part.partition, i), share
			pages[i].rows, pages[i].more, pages[i].err = s.walk(ctx, r)
		})
	}
	wait.Wait()
	for _, page := range pages {
		if page.err != nil {
			return nil, false, page.err
		}
	}
	all, more = merge(pages[:], q.Limit, q.Descending)
	return all, more, nil
}

// merge takes rows in order until limit, or until a partition that has more is
// used up.
func merge(pages []shardPage, limit int, descending bool) (all []found, more bool) {
	for {
		var next *shardPage
		for i := range pages {
			page := &pages[i]
			if len(page.rows) == 0 {
				if page.more {
					return all, true
				}
				continue
			}
			if next == nil || page.rows[0].position < next.rows[0].position != descending {
				next = page
			}
		}
		if next == nil {
			return all, false
		}
		if len(all) == limit {
			return all, true
		}
		all = append(all, next.rows[0])
		next.rows = next.rows[1:]
	}
}
