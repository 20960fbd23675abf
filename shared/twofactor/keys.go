package twofactor

import (
	"context"
	"slices"
)

// Keys keeps the platforms' API keys and authenticates with them. Make one
// for the life of a process: it remembers keys for a moment.
type Keys struct {
	Deps
	cache *keyCache
}

// NewKeys makes Keys.
func NewKeys(d Deps) *Keys { return &Keys{Deps: d, cache: newKeyCache()} }

// KeyInput is an API key to make.
type KeyInput struct {
	Name     string
	Audience string
	Scopes   []Scope
	// Tenants are ids, or AllTenants alone.
	Tenants []string
}

// KeyChange changes an API key; nil members stay as they are.
type KeyChange struct {
	Name    *string
	Tenants *[]string
}

// Create makes a key. It never reaches further than the caller's own: scopes,
// tenants and audience (CodeForbidden). The secret is shown this once.
func (k *Keys) Create(ctx context.Context, c Caller, in KeyInput) (*APIKey, Secret, error) {
	if err := k.mayManage(ctx, c, in); err != nil {
		return nil, "", err
	}
	var key *APIKey
	var secret Secret
	err := k.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		if err := k.replay(ctx, c); err != nil {
			return Commit{}, err
		}
		key = &APIKey{
			Name: in.Name, Audience: in.Audience, CreatedAt: k.Now(),
			Scopes: slices.Clone(in.Scopes), Tenants: slices.Clone(in.Tenants),
		}
		var err error
		if secret, err = mintAPIKey(key, k.Random); err != nil {
			return Commit{}, err
		}
		kept, err := c.onceRecords(key, key.CreatedAt)
		if err != nil {
			return Commit{}, err
		}
		return k.keyCommit(c, EventKeyCreated, key, kept...)
	})
	if err != nil {
		return nil, "", err
	}
	return key, secret, nil
}

// mayManage judges form and reach of a key to make.
func (k *Keys) mayManage(ctx context.Context, c Caller, in KeyInput) error {
	if err := mayManageKeys(c); err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	within, err := k.covers(ctx, c.Key, &APIKey{Audience: in.Audience, Scopes: in.Scopes, Tenants: in.Tenants})
	if err != nil {
		return err
	}
	if !within {
		return refuse(CodeForbidden, "A key is made only within the scopes, tenants and audience of the one that asks.")
	}
	return nil
}

func mayManageKeys(c Caller) error {
	if c.Key == nil {
		return platformOnly()
	}
	if !c.Key.has(ScopeKeys) {
		return lacksScope(ScopeKeys)
	}
	return nil
}

// keyCommit writes a key with the event of it, which belongs to no tenant.
func (k *Keys) keyCommit(c Caller, t EventType, key *APIKey, more ...Record) (Commit, error) {
	e, err := k.event(c, t, Ref{})
	if err != nil {
		return Commit{}, err
	}
	e.Detail["key"] = key.ID
	return Commit{Event: e, Put: append([]Record{key}, more...)}, nil
}

// Change renames a key or gives it other tenants, within the caller's own. A
// key beyond the caller's reach does not exist for it (CodeNotFound), nor does
// a revoked one.
func (k *Keys) Change(ctx context.Context, c Caller, id string, in KeyChange) (*APIKey, error) {
	if err := mayManageKeys(c); err != nil {
		return nil, err
	}
	var next APIKey
	err := k.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		key, err := k.within(ctx, c, id)
		if err != nil {
			return Commit{}, err
		}
		if key == nil || !key.RevokedAt.IsZero() {
			return Commit{}, refuse(CodeNotFound, "There is no such API key.")
		}
		next = *key
		set(&next.Name, in.Name)
		if in.Tenants != nil {
			next.Tenants = slices.Clone(*in.Tenants)
		}
		if next.Name == key.Name && slices.Equal(next.Tenants, key.Tenants) {
			return Commit{}, nil
		}
		wanted := KeyInput{Name: next.Name, Audience: next.Audience, Scopes: next.Scopes, Tenants: next.Tenants}
		if err := k.mayManage(ctx, c, wanted); err != nil {
			return Commit{}, err
		}
		return k.keyCommit(c, EventKeyChanged, &next)
	})
	if err != nil {
		return nil, err
	}
	k.cache.drop(id)
	return &next, nil
}

// Revoke ends a key; it stops everywhere within a minute. One that is revoked
// already, does not exist or is beyond the caller's reach succeeds without a
// write.
func (k *Keys) Revoke(ctx context.Context, c Caller, id string) error {
	if err := mayManageKeys(c); err != nil {
		return err
	}
	err := k.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		key, err := k.within(ctx, c, id)
		if err != nil || key == nil || !key.RevokedAt.IsZero() {
			return Commit{}, err
		}
		next := *key
		next.RevokedAt = k.Now()
		return k.keyCommit(c, EventKeyRevoked, &next)
	})
	if err == nil {
		k.cache.drop(id)
	}
	return err
}

// within reads a key that the caller may manage; nil for any other.
func (k *Keys) within(ctx context.Context, c Caller, id string) (*APIKey, error) {
	if !ValidID(id) {
		return nil, nil
	}
	found, err := k.load(ctx, Want{Key: APIKeyKey(id)})
	if err != nil {
		return nil, err
	}
	key := Get[APIKey](found, APIKeyKey(id))
	if key == nil {
		return nil, nil
	}
	covered, err := k.covers(ctx, c.Key, key)
	if err != nil || !covered {
		return nil, err
	}
	return key, nil
}
