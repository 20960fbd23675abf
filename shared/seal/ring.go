package seal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"sallyport/shared/twofactor"
)

// settle is how old a root key is before it seals. By then every instance
// that holds a list of keys holds one with this key in it, so what it seals
// opens everywhere, and an unknown key id never needs another look.
const settle = 3 * maxAge

// errUnknownKey says that there is no root key of that id.
var errUnknownKey = errors.New("there is no root key of this id")

// rootKey is a root key in the clear.
type rootKey struct {
	id  string
	key []byte
}

// ring holds root keys.
type ring struct {
	loader twofactor.Loader
	root   Root
	now    func() time.Time
	report func(twofactor.RootPurpose, error)

	mu    sync.Mutex
	lists map[twofactor.RootPurpose]*lease[[]twofactor.RootKey]
	keys  map[string]*lease[[]byte]
}

// sealing returns the root key of a purpose that seals now: the newest that
// has settled, or the first one ever.
func (r *ring) sealing(ctx context.Context, purpose twofactor.RootPurpose) (rootKey, error) {
	keys, err := r.list(ctx, purpose)
	if err != nil {
		return rootKey{}, err
	}
	newest := keys[0]
	for _, k := range keys[1:] {
		if r.now().Sub(k.CreatedAt) >= settle {
			newest = k
		}
	}
	return r.unwrap(ctx, purpose, newest)
}

// opening returns the root key of an id, or errUnknownKey.
func (r *ring) opening(ctx context.Context, purpose twofactor.RootPurpose, id string) (rootKey, error) {
	keys, err := r.list(ctx, purpose)
	if err != nil {
		return rootKey{}, err
	}
	for _, k := range keys {
		if k.ID == id {
			return r.unwrap(ctx, purpose, k)
		}
	}
	return rootKey{}, errUnknownKey
}

// list returns the root keys of a purpose, still wrapped: at least one.
func (r *ring) list(ctx context.Context, purpose twofactor.RootPurpose) ([]twofactor.RootKey, error) {
	r.mu.Lock()
	held, ok := r.lists[purpose]
	if !ok {
		held = newLease(r, purpose, func(ctx context.Context) ([]twofactor.RootKey, error) {
			return r.load(ctx, purpose)
		})
		r.lists[purpose] = held
	}
	r.mu.Unlock()
	return held.get(ctx)
}

func (r *ring) load(ctx context.Context, purpose twofactor.RootPurpose) ([]twofactor.RootKey, error) {
	key := twofactor.RootKeysKey(purpose)
	found, err := r.loader.Load(ctx, twofactor.Want{Key: key})
	if err != nil {
		return nil, err
	}
	record := twofactor.Get[twofactor.RootKeys](found, key)
	if record == nil || len(record.Keys) == 0 {
		return nil, fmt.Errorf("there is no root key for purpose %q yet: the operator's function makes it", purpose)
	}
	return record.Keys, nil
}

// unwrap opens one root key, each on its own: an old one that KMS no longer
// opens takes nothing else down.
func (r *ring) unwrap(ctx context.Context, purpose twofactor.RootPurpose, k twofactor.RootKey) (rootKey, error) {
	name := string(purpose) + "/" + k.ID
	r.mu.Lock()
	held, ok := r.keys[name]
	if !ok {
		held = newLease(r, purpose, func(ctx context.Context) ([]byte, error) {
			return r.root.Unwrap(ctx, purpose, k.Wrapped.Reveal())
		})
		r.keys[name] = held
	}
	r.mu.Unlock()
	key, err := held.get(ctx)
	return rootKey{id: k.ID, key: key}, err
}

func newLease[T any](r *ring, purpose twofactor.RootPurpose, fetch func(context.Context) (T, error)) *lease[T] {
	return &lease[T]{fetch: fetch, now: r.now, report: func(err error) { r.report(purpose, err) }}
}
