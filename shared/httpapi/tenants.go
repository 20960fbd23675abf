package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// tenantRequest is the body of PUT /v1/tenants/{tenant}. A parent that is null
// counts as left out.
type tenantRequest struct {
	Name         string   `json:"name" want:"required"`
	Issuer       *string  `json:"issuer" want:"nullable"`
	SupportEmail *string  `json:"support_email" want:"nullable"`
	ReturnURLs   []string `json:"return_urls"`
	Parent       *string  `json:"parent" want:"nullable"`
}

func (r tenantRequest) input(tenant string) twofactor.TenantInput {
	return twofactor.TenantInput{
		Tenant:       tenant,
		Name:         r.Name,
		Issuer:       orEmpty(r.Issuer),
		SupportEmail: orEmpty(r.SupportEmail),
		ReturnURLs:   r.ReturnURLs,
		Parent:       r.Parent,
	}
}

// tenantBody is a tenant as GET shows it.
type tenantBody struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	Issuer       *string  `json:"issuer"`
	SupportEmail *string  `json:"support_email"`
	ReturnURLs   []string `json:"return_urls"`
	Parent       *string  `json:"parent"`
	CreatedAt    *string  `json:"created_at"`
}

func showTenant(t twofactor.TenantView) tenantBody {
	return tenantBody{
		ID:           t.ID,
		Name:         t.Name,
		Issuer:       orNull(t.Issuer),
		SupportEmail: orNull(t.SupportEmail),
		ReturnURLs:   t.ReturnURLs,
		Parent:       orNull(t.Parent),
		CreatedAt:    stamp(t.CreatedAt),
	}
}

func putTenant(ctx context.Context, d Deps, r request[tenantRequest]) (answer, error) {
	view, made, err := d.Tenants.Put(ctx, r.Caller, r.Body.input(r.Tenant))
	return put(showTenant(view), made), err
}

func getTenant(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	view, err := d.Tenants.Get(ctx, r.Caller, r.Tenant)
	return ok(showTenant(view)), err
}

// deletingBody says that a deletion has begun.
type deletingBody struct {
	State string `json:"state"`
}

// deleteTenant answers the same for a deletion that had begun before.
func deleteTenant(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	_, err := d.Tenants.Delete(ctx, r.Caller, r.Tenant)
	return accepted(deletingBody{State: "deleting"}), err
}
