package growth

import (
	"errors"
	"fmt"
	"hash/fnv"
	"sync"

	"sallyport/shared/twofactor"
)

const (
	// together is how many users one commit makes: 96 records of the 100 that
	// a transaction takes.
	together = 24
	// fillers write side by side.
	fillers = 4
)

// model is one user as the use cases leave him, for others to be copied from.
type model struct {
	auth    *twofactor.Auth
	dir     *twofactor.Directory
	address *twofactor.Address
	counted *twofactor.Counted
}

func (t *town) model(id string) (model, error) {
	ref := twofactor.Ref{Tenant: tenant, User: id}
	keys := []twofactor.Key{twofactor.AuthKey(ref), twofactor.DirectoryKey(ref), twofactor.AddressKey(ref), twofactor.CountedKey(ref)}
	var wants []twofactor.Want
	for _, key := range keys {
		wants = append(wants, twofactor.Want{Key: key})
	}
	found, err := t.deps.Store.Load(t.ctx, wants...)
	m := model{
		auth: twofactor.Get[twofactor.Auth](found, keys[0]), dir: twofactor.Get[twofactor.Directory](found, keys[1]),
		address: twofactor.Get[twofactor.Address](found, keys[2]), counted: twofactor.Get[twofactor.Counted](found, keys[3]),
	}
	if err == nil && (m.auth == nil || m.dir == nil || m.counted == nil) {
		err = fmt.Errorf("the user %s is not whole", id)
	}
	return m, err
}

// copied gives the records of another user of the same kind.
func (m model) copied(id string) []twofactor.Record {
	ref := twofactor.Ref{Tenant: tenant, User: id}
	auth, dir, counted := *m.auth, *m.dir, *m.counted
	auth.Meta, dir.Meta, counted.Meta = twofactor.Meta{}, twofactor.Meta{}, twofactor.Meta{}
	auth.Ref, dir.Ref, counted.Ref = ref, ref, ref
	records := []twofactor.Record{&auth, &dir, &counted}
	if m.address == nil {
		return records
	}
	dir.Email = id + "@growing.example"
	auth.EmailHint = twofactor.MaskAddress(dir.Email)
	return append(records, &twofactor.Address{Ref: ref, Email: twofactor.FoldEmail(dir.Email)})
}

// idOf spreads the ids, so that the first page holds other users whenever the
// tenant has grown.
func idOf(i int) string { return fmt.Sprintf("%08x", uint32(i)*2654435761) }

// fill lets the tenant grow to a number of users. They come without events:
// this is the state that so many calls would leave, counts included.
func (t *town) fill(users int) error {
	var wait sync.WaitGroup
	batches := make(chan []twofactor.Record)
	errs := make([]error, fillers)
	for i := range fillers {
		wait.Go(func() {
			for batch := range batches {
				if errs[i] == nil {
					errs[i] = t.put(batch)
				}
			}
		})
	}
	added := map[int]map[string]int{}
	for t.users < users {
		var batch []twofactor.Record
		for range min(together, users-t.users) {
			id, m := idOf(t.users), t.models[t.users%len(t.models)]
			batch = append(batch, m.copied(id)...)
			count(added, id, m.counted.Cell)
			t.users++
		}
		batches <- batch
	}
	close(batches)
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return t.addCounts(added)
}

// putTries is how often a batch is written again: DynamoDB Local gives up now
// and then when the machine has much else to do.
const putTries = 10

// put writes new records. A conflict after an answer that was lost says that
// they are there.
func (t *town) put(batch []twofactor.Record) error {
	var err error
	lost := false
	for range putTries {
		err = t.deps.Store.Commit(t.ctx, twofactor.Commit{Put: batch})
		var conflict *twofactor.ConflictError
		switch {
		case err == nil, lost && errors.As(err, &conflict) && !conflict.Transient:
			return nil
		case errors.Is(err, twofactor.ErrUnknownOutcome):
			lost = true
		case !errors.As(err, &conflict) || !conflict.Transient:
			return err
		}
	}
	return err
}

// count notes one user more in the shard of the counts where he stands.
func count(added map[int]map[string]int, id, cell string) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	shard := int(h.Sum32() % twofactor.CountShards)
	if added[shard] == nil {
		added[shard] = map[string]int{}
	}
	added[shard][cell]++
}

// addCounts moves the tenant's counts.
func (t *town) addCounts(added map[int]map[string]int) error {
	var wants []twofactor.Want
	for shard := range added {
		wants = append(wants, twofactor.Want{Key: twofactor.CountKey(tenant, shard)})
	}
	found, err := t.deps.Store.Load(t.ctx, wants...)
	if err != nil {
		return err
	}
	var counts []twofactor.Record
	for shard, cells := range added {
		c := twofactor.Get[twofactor.Count](found, twofactor.CountKey(tenant, shard))
		if c == nil {
			c = &twofactor.Count{Tenant: tenant, Shard: shard}
		}
		if c.Cells == nil {
			c.Cells = map[string]int{}
		}
		for cell, n := range cells {
			c.Cells[cell] += n
		}
		counts = append(counts, c)
	}
	return t.deps.Store.Commit(t.ctx, twofactor.Commit{Put: counts})
}
