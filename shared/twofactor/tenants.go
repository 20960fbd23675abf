package twofactor

import (
	"context"
	"slices"
	"time"
)

// Tenants keeps the platform's customers.
type Tenants struct{ Deps }

// NewTenants makes Tenants.
func NewTenants(d Deps) *Tenants { return &Tenants{Deps: d} }

// TenantInput is a tenant as a platform puts it: what is left out is cleared.
type TenantInput struct {
	Tenant       string
	Name         string
	Issuer       string
	SupportEmail string
	ReturnURLs   []string
	// Parent is nil when it was left out: then it is kept.
	Parent *string
}

// TenantView is a tenant as its platform sees it.
type TenantView struct {
	ID           string
	Name         string
	Issuer       string
	SupportEmail string
	ReturnURLs   []string
	Parent       string
	CreatedAt    time.Time
}

func viewTenant(t *Tenant) TenantView {
	return TenantView{
		ID: t.ID, Name: t.Name, Issuer: t.Issuer, SupportEmail: t.SupportEmail,
		ReturnURLs: slices.Clone(t.ReturnURLs), Parent: t.Parent, CreatedAt: t.CreatedAt,
	}
}

// Put makes or changes a tenant; created says which. Making one needs a key
// for all tenants, or for the parent and an actor of the parent; changing one
// needs an actor of its own or of its parent. The parent never changes. One
// that is being deleted is CodeDeleting.
func (t *Tenants) Put(ctx context.Context, c Caller, in TenantInput) (TenantView, bool, error) {
	if err := in.check(); err != nil {
		return TenantView{}, false, err
	}
	var next *Tenant
	var created bool
	err := t.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		found, err := t.load(ctx, Want{Key: TenantKey(in.Tenant)})
		if err != nil {
			return Commit{}, err
		}
		created = Get[Tenant](found, TenantKey(in.Tenant)) == nil
		var commit Commit
		if created {
			next, commit, err = t.making(ctx, c, in)
		} else {
			next, commit, err = t.changing(ctx, c, in)
		}
		return commit, err
	})
	if err != nil {
		return TenantView{}, false, err
	}
	return viewTenant(next), created, nil
}

// making decides about a tenant that is not there. A key that may not make it
// learns no more than from any other that it may not see.
func (t *Tenants) making(ctx context.Context, c Caller, in TenantInput) (*Tenant, Commit, error) {
	next := &Tenant{ID: in.Tenant, CreatedAt: t.Now()}
	var parent *Tenant
	var err error
	if in.Parent != nil {
		if parent, err = t.adopting(ctx, c, *in.Parent); err != nil {
			return nil, Commit{}, err
		}
		next.Parent = parent.ID
	} else {
		if err := mayMake(c.Key); err != nil {
			return nil, Commit{}, err
		}
		// Nobody can be an actor of a tenant that is not there yet.
		c.Actor = nil
	}
	if next.Incarnation, err = newIncarnation(t.Random); err != nil {
		return nil, Commit{}, unavailable(err)
	}
	next.Policy = PolicyVersion{Policy: DefaultPolicy(), Number: 1, UpdatedAt: next.CreatedAt}
	in.apply(next)
	e, err := t.event(c, EventTenantCreated, Ref{Tenant: next.ID})
	if err != nil {
		return nil, Commit{}, err
	}
	commit := Commit{Event: e, Put: []Record{next}}
	if parent != nil {
		e.Detail["parent"] = parent.ID
		commit.Put = append(commit.Put, parent)
	}
	return next, commit, nil
}

// mayMake: a tenant without a parent is made by a key for all tenants.
func mayMake(key *APIKey) error {
	switch {
	case key == nil:
		return platformOnly()
	case !slices.Contains(key.Tenants, AllTenants):
		return tenantNotFound()
	case !key.has(ScopeAdmin):
		return lacksScope(ScopeAdmin)
	}
	return nil
}

// adopting is the parent with one more client, if the actor may make one.
// Clients have no clients of their own.
func (t *Tenants) adopting(ctx context.Context, c Caller, parent string) (*Tenant, error) {
	a, err := t.authorize(ctx, c, parent, actTenantMake)
	if err != nil {
		return nil, err
	}
	if a.tenant.Parent != "" {
		return nil, invalid("/parent", "The parent is itself a client of another tenant.")
	}
	next := *a.tenant
	next.Clients++
	return &next, nil
}

// changing decides about a tenant that is there. Nothing new writes nothing.
func (t *Tenants) changing(ctx context.Context, c Caller, in TenantInput) (*Tenant, Commit, error) {
	a, err := t.authorize(ctx, c, in.Tenant, actTenantChange)
	if err != nil {
		return nil, Commit{}, err
	}
	if in.Parent != nil && *in.Parent != a.tenant.Parent {
		return nil, Commit{}, invalid("/parent", "A tenant keeps the parent that it was made with.")
	}
	next := *a.tenant
	in.apply(&next)
	if sameTenant(&next, a.tenant) {
		return &next, Commit{}, nil
	}
	e, err := t.event(c, EventTenantChanged, Ref{Tenant: next.ID})
	if err != nil {
		return nil, Commit{}, err
	}
	return &next, Commit{Event: e, Put: []Record{&next}}, nil
}

func (in TenantInput) apply(t *Tenant) {
	t.Name, t.Issuer, t.SupportEmail = in.Name, in.Issuer, in.SupportEmail
	t.ReturnURLs = slices.Clone(in.ReturnURLs)
}

func sameTenant(a, b *Tenant) bool {
	return a.Name == b.Name && a.Issuer == b.Issuer && a.SupportEmail == b.SupportEmail &&
		slices.Equal(a.ReturnURLs, b.ReturnURLs)
}

// Get shows a tenant.
func (t *Tenants) Get(ctx context.Context, c Caller, tenant string) (TenantView, error) {
	a, err := t.authorize(ctx, c, tenant, actTenantRead)
	if err != nil {
		return TenantView{}, err
	}
	return viewTenant(a.tenant), nil
}

// Delete begins to delete a tenant: at once nothing works there and its data
// key is destroyed, so that no secret can be opened any more; Deletions removes
// the rest. already is true when that had begun before. A tenant with clients
// is CodeHasClients.
func (t *Tenants) Delete(ctx context.Context, c Caller, tenant string) (already bool, err error) {
	err = t.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		a, err := t.authorize(ctx, c, tenant, actTenantDelete)
		if CodeOf(err) == CodeDeleting {
			already = true
			return Commit{}, nil
		}
		if err != nil {
			return Commit{}, err
		}
		if a.tenant.Clients > 0 {
			return Commit{}, refuse(CodeHasClients, "The tenant has clients; delete them first.")
		}
		return t.deletion(c, a)
	})
	return already, err
}

func (t *Tenants) deletion(c Caller, a *access) (Commit, error) {
	e, err := t.event(c, EventTenantDeleted, Ref{Tenant: a.tenant.ID})
	if err != nil {
		return Commit{}, err
	}
	next := *a.tenant
	next.Deleting = true
	next.DataKey = nil
	job := &DeletionJob{Tenant: next.ID, Incarnation: next.Incarnation, StartedAt: a.now}
	commit := Commit{Event: e, Put: []Record{&next, job}}
	if a.parent != nil {
		parent := *a.parent
		parent.Clients--
		commit.Put = append(commit.Put, &parent)
	}
	return commit, nil
}
