package twofactor

import (
	"context"
	"slices"
)

const (
	maxAudience   = 256
	maxKeyTenants = 100
)

// covers reports whether other stays within what the caller's key may do. A
// tenant that is not in the caller's list may be a client of one that is.
func (k *Keys) covers(ctx context.Context, own, other *APIKey) (bool, error) {
	if own.Audience != other.Audience {
		return false, nil
	}
	for _, scope := range other.Scopes {
		if !own.has(scope) {
			return false, nil
		}
	}
	if slices.Contains(own.Tenants, AllTenants) {
		return true, nil
	}
	var wants []Want
	for _, id := range other.Tenants {
		if id == AllTenants {
			return false, nil
		}
		if !slices.Contains(own.Tenants, id) {
			wants = append(wants, Want{Key: TenantKey(id), Eventually: true})
		}
	}
	if len(wants) == 0 {
		return true, nil
	}
	found, err := k.load(ctx, wants...)
	if err != nil {
		return false, err
	}
	for _, want := range wants {
		tenant := Get[Tenant](found, want.Key)
		if tenant == nil || !reaches(own, tenant) {
			return false, nil
		}
	}
	return true, nil
}

// check says which members have values that no key can have.
func (in KeyInput) check() error {
	var wrong []FieldError
	add := func(pointer, detail string) {
		wrong = append(wrong, FieldError{Pointer: pointer, Detail: detail})
	}
	if detail := checkText(in.Name, maxName); detail != "" || blank(in.Name) {
		add("/name", "A key needs a name of at most 256 characters, without control characters.")
	}
	if detail := checkText(in.Audience, maxAudience); detail != "" || blank(in.Audience) {
		add("/audience", "A key needs an audience of at most 256 characters, without control characters.")
	}
	if !validScopes(in.Scopes) {
		add("/scopes", `They are one or more of "login", "users", "admin" and "keys", each once.`)
	}
	if !validTenants(in.Tenants) {
		add("/tenants", `They are ["*"] or 1 to 100 ids of tenants, each once.`)
	}
	return invalidFields(wrong)
}

func validScopes(scopes []Scope) bool {
	for i, scope := range scopes {
		known := slices.Contains([]Scope{ScopeLogin, ScopeUsers, ScopeAdmin, ScopeKeys}, scope)
		if !known || slices.Contains(scopes[:i], scope) {
			return false
		}
	}
	return len(scopes) > 0
}

func validTenants(tenants []string) bool {
	if slices.Equal(tenants, []string{AllTenants}) {
		return true
	}
	for i, id := range tenants {
		if !ValidID(id) || slices.Contains(tenants[:i], id) {
			return false
		}
	}
	return len(tenants) > 0 && len(tenants) <= maxKeyTenants
}
