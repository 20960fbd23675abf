package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// keyRequest is the body of POST /v1/keys.
type keyRequest struct {
	Name     string            `json:"name" want:"required"`
	Audience string            `json:"audience" want:"required"`
	Scopes   []twofactor.Scope `json:"scopes" want:"required"`
	Tenants  []string          `json:"tenants" want:"required"`
}

// keyChangeRequest is the body of PATCH /v1/keys/{id}.
type keyChangeRequest struct {
	Name    *string   `json:"name"`
	Tenants *[]string `json:"tenants"`
}

// keyBody is an API key. The key itself stands there only once, in the answer
// that made it.
type keyBody struct {
	ID        string            `json:"id"`
	Key       string            `json:"key,omitzero"`
	Name      string            `json:"name"`
	Audience  string            `json:"audience"`
	Scopes    []twofactor.Scope `json:"scopes"`
	Tenants   []string          `json:"tenants"`
	CreatedAt *string           `json:"created_at"`
	RevokedAt *string           `json:"revoked_at"`
}

func showKey(k *twofactor.APIKey) keyBody {
	return keyBody{
		ID:        k.ID,
		Name:      k.Name,
		Audience:  k.Audience,
		Scopes:    k.Scopes,
		Tenants:   k.Tenants,
		CreatedAt: stamp(k.CreatedAt),
		RevokedAt: stamp(k.RevokedAt),
	}
}

func createKey(ctx context.Context, d Deps, r request[keyRequest]) (answer, error) {
	withoutKey := func(k *twofactor.APIKey) answer { return created(showKey(k)) }
	k, key, err := d.Keys.Create(ctx, keep(r.Caller, withoutKey), twofactor.KeyInput(r.Body))
	if err != nil {
		return answer{}, err
	}
	b := showKey(k)
	b.Key = key.Reveal()
	return created(b), nil
}

func listKeys(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	limit, err := r.Query.limit()
	if err != nil {
		return answer{}, err
	}
	keys, next, err := d.Keys.List(ctx, r.Caller, limit, r.Query["cursor"])
	b := listBody[keyBody]{NextCursor: orNull(next)}
	for _, k := range keys {
		b.Items = append(b.Items, showKey(k))
	}
	return ok(b), err
}

func changeKey(ctx context.Context, d Deps, r request[keyChangeRequest]) (answer, error) {
	k, err := d.Keys.Change(ctx, r.Caller, r.ID, twofactor.KeyChange(r.Body))
	if err != nil {
		return answer{}, err
	}
	return ok(showKey(k)), nil
}

func revokeKey(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	return gone(), d.Keys.Revoke(ctx, r.Caller, r.ID)
}
