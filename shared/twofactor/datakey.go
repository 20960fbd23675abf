package twofactor

import (
	"context"
	"errors"
)

// openTenant opens the tenant's data key.
func (d Deps) openTenant(ctx context.Context, tenant *Tenant) (DataKey, error) {
	data, err := d.Vault.OpenDataKey(ctx, tenant.ID, tenant.DataKey)
	if err != nil {
		return nil, unavailable(err)
	}
	return data, nil
}

// ownDataKey opens the tenant's data key and makes one for its first
// enrolment. The tenant was read eventually, so it is read again, strongly,
// before a key is made.
func (e *Enroll) ownDataKey(ctx context.Context, s *scene) error {
	if len(s.tenant.DataKey) == 0 {
		if err := e.makeDataKey(ctx, s); err != nil {
			return err
		}
	}
	data, err := e.openTenant(ctx, s.tenant)
	s.data = data
	return err
}

func (e *Enroll) makeDataKey(ctx context.Context, s *scene) error {
	return e.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		found, err := e.load(ctx, Want{Key: TenantKey(s.tenant.ID)})
		if err != nil {
			return Commit{}, err
		}
		tenant := Get[Tenant](found, TenantKey(s.tenant.ID))
		if tenant == nil || tenant.Deleting {
			return Commit{}, unavailable(errors.New("the tenant is gone"))
		}
		s.tenant = tenant
		if len(tenant.DataKey) > 0 {
			return Commit{}, nil
		}
		wrapped, err := e.Vault.NewDataKey(ctx, tenant.ID)
		if err != nil {
			return Commit{}, unavailable(err)
		}
		tenant.DataKey = wrapped
		return Commit{Put: []Record{tenant}}, nil
	})
}
