package twofactor

import (
	"context"
	"sync"
	"time"
)

// Authenticate finds the API key of a bearer credential. Everything that is
// not a key that stands gives the same CodeUnauthenticated.
func (k *Keys) Authenticate(ctx context.Context, bearer Secret) (*APIKey, error) {
	id, secret, ok := splitAPIKey(bearer)
	if !ok {
		return nil, unauthenticated()
	}
	key, err := k.standing(ctx, id)
	if err != nil {
		return nil, err
	}
	if !key.Fits(secret) {
		return nil, unauthenticated()
	}
	return key, nil
}

// Standing implements KeyStanding.
func (k *Keys) Standing(ctx context.Context, keyID string) error {
	_, err := k.standing(ctx, keyID)
	return err
}

func unauthenticated() error {
	return refuse(CodeUnauthenticated, "The credential is not one that stands.")
}

// standing reads a key that is not revoked, at most keyLife old.
func (k *Keys) standing(ctx context.Context, id string) (*APIKey, error) {
	now := k.Now().Round(0)
	key := k.cache.get(id, now)
	if key == nil {
		if !ValidID(id) {
			return nil, unauthenticated()
		}
		found, err := k.load(ctx, Want{Key: APIKeyKey(id)})
		if err != nil {
			return nil, err
		}
		if key = Get[APIKey](found, APIKeyKey(id)); key == nil {
			return nil, unauthenticated()
		}
		k.cache.put(key, now)
	}
	if !key.RevokedAt.IsZero() {
		return nil, unauthenticated()
	}
	return key, nil
}

const (
	// keyLife is how old a remembered key may be: a revoked one stops
	// everywhere within it (contract §3).
	keyLife = 60 * time.Second
	// keyCacheSize bounds the memory that keys take.
	keyCacheSize = 1000
)

// keyCache remembers keys that were read. What does not exist is not
// remembered, so made-up ids cannot push out those that do. Ages are judged by
// the wall clock: a frozen process stops the monotonic one.
type keyCache struct {
	mu   sync.Mutex
	keys map[string]cachedKey
}

type cachedKey struct {
	key    *APIKey
	readAt time.Time
}

func newKeyCache() *keyCache { return &keyCache{keys: map[string]cachedKey{}} }

func (c *keyCache) get(id string, now time.Time) *APIKey {
	c.mu.Lock()
	defer c.mu.Unlock()
	cached, ok := c.keys[id]
	age := now.Sub(cached.readAt)
	if !ok || age < 0 || age >= keyLife {
		return nil
	}
	return cached.key
}

func (c *keyCache) put(key *APIKey, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.keys) >= keyCacheSize {
		clear(c.keys)
	}
	c.keys[key.ID] = cachedKey{key: key, readAt: now}
}

func (c *keyCache) drop(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.keys, id)
}
