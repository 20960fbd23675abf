package model

import (
	"slices"

	"sallyport/shared/twofactor"
)

// makeKey makes an API key on behalf of another one, within its reach.
func (m *machine) makeKey(by *key, made *key) {
	var want refusals
	want.add(!by.has(twofactor.ScopeKeys) || !m.covers(by, made), twofactor.CodeForbidden)
	real, secret, err := m.apiKeys.Create(m.ctx, call{key: by}.real(), twofactor.KeyInput{
		Name: made.audience, Audience: made.audience, Scopes: made.scopes, Tenants: made.tenants,
	})
	if !m.agree(err, want, "make a key for %s %v %v", made.audience, made.scopes, made.tenants) {
		return
	}
	made.real = real
	found, err := m.apiKeys.Authenticate(m.ctx, secret)
	m.same("the key stands", text([]any{err, found.ID}), text([]any{nil, real.ID}))
	m.keys = append(m.keys, made)
}

// covers says whether a key may manage another one: it has its audience, its
// scopes and its tenants.
func (m *machine) covers(by, other *key) bool {
	if by.audience != other.audience || slices.ContainsFunc(other.scopes, func(s twofactor.Scope) bool { return !by.has(s) }) {
		return false
	}
	return !slices.ContainsFunc(other.tenants, func(id string) bool {
		t := m.tenants[id]
		reached := slices.Contains(by.tenants, "*") || slices.Contains(by.tenants, id)
		return !reached && (id == "*" || t == nil || t.gone || !by.reaches(t))
	})
}

// revoke ends a key: every token that it asked for is dead with it. One that
// is beyond the caller's reach stays, without a word.
func (m *machine) revoke(by, victim *key) {
	var want refusals
	want.add(!by.has(twofactor.ScopeKeys), twofactor.CodeForbidden)
	err := m.apiKeys.Revoke(m.ctx, call{key: by}.real(), victim.real.ID)
	if m.agree(err, want, "revoke the key for %s", victim.audience) && m.covers(by, victim) {
		victim.revoked = true
		m.keys = slices.DeleteFunc(m.keys, func(k *key) bool { return k == victim })
	}
}

// actKeys makes keys, and revokes those that were made so.
func (m *machine) actKeys() {
	by := m.aKey()
	if len(m.keys) > ownKeys && m.oneIn(2, "revoke") {
		m.revoke(by, pick(m, "key to revoke", m.keys[ownKeys:]...))
		return
	}
	if len(m.keys) < ownKeys+2 {
		m.makeKey(by, &key{
			audience: pick(m, "audience", by.audience, by.audience, "dashboard"),
			scopes:   pick(m, "scopes", everyScope, everyScope[:1], everyScope[:2]),
			tenants:  pick(m, "tenants", []string{"*"}, []string{"client"}, []string{"alone", "client"}, []string{"nowhere"}),
		})
	}
}

// ownKeys is how many keys there always are.
const ownKeys = 4
