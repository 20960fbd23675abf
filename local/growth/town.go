package growth

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"sallyport/shared/seal"
	"sallyport/shared/twofactor"
)

// noon is when everything here happens.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const (
	tenant = "growing"
	owner  = "owner"
	// enrolled is the person whose login is measured.
	enrolled = "model-1"
)

// town is the tenant that grows, and whoever calls about it.
type town struct {
	ctx      context.Context
	deps     twofactor.Deps
	platform twofactor.Caller
	// models are users of each kind, made as a platform makes them; the crowd
	// is copied from them.
	models []model
	// version is the number of the policy that is saved now; a new tenant has
	// its first.
	version uint64
	// users is how many there are.
	users int
}

// newTown makes the tenant, its owner and its models, and counts them.
func newTown(ctx context.Context, on Ground) (*town, error) {
	set := map[string]string{"AWS_SAM_LOCAL": "true", seal.DevRootKeyVariable: strings.Repeat("5a", 32)}
	root, err := seal.NewFileRoot("", func(name string) string { return set[name] })
	if err != nil {
		return nil, err
	}
	clock := func() time.Time { return noon }
	keeper := seal.New(seal.Options{Loader: on.store, Root: root, Now: clock, Issuer: "https://2fa.example"})
	t := &town{ctx: ctx, version: 1, deps: twofactor.Deps{
		Store: on.store, Vault: keeper, MailVault: keeper, Tokens: keeper, Signer: keeper, Assertions: keeper,
		Now: clock, Random: rand.Reader, Issuer: "https://2fa.example",
	}}
	if err := t.openDoor(twofactor.NewOperate(t.deps, keeper)); err != nil {
		return nil, err
	}
	if _, _, err := twofactor.NewTenants(t.deps).Put(ctx, t.platform, twofactor.TenantInput{Tenant: tenant, Name: "Growing"}); err != nil {
		return nil, err
	}
	return t, t.settle()
}

// openDoor makes the keys and the platform's API key. Every function keeps
// that key for a minute, so it is no part of what a call costs here.
func (t *town) openDoor(operate *twofactor.Operate) error {
	if _, err := operate.Run(t.ctx, twofactor.OperateInput{Do: twofactor.OperatePrepare}); err != nil {
		return err
	}
	made, err := operate.Run(t.ctx, twofactor.OperateInput{
		Do: twofactor.OperateCreateKey, Name: "growth", Audience: "growth", Tenants: []string{twofactor.AllTenants},
		Scopes: []twofactor.Scope{twofactor.ScopeLogin, twofactor.ScopeUsers, twofactor.ScopeAdmin},
	})
	if err != nil {
		return err
	}
	t.platform.Key, err = twofactor.NewKeys(t.deps).Authenticate(t.ctx, made.Key)
	return err
}

// settle makes the first users.
func (t *town) settle() error {
	inactive := false
	first := []struct {
		in     twofactor.UserInput
		factor bool
	}{
		{twofactor.UserInput{ID: "model-0", Email: "model-0@growing.example", Role: twofactor.RoleUser, SignIn: twofactor.SignInPassword}, false},
		{twofactor.UserInput{ID: enrolled, Email: "model-1@growing.example", Role: twofactor.RoleUser, SignIn: twofactor.SignInPassword}, true},
		{twofactor.UserInput{ID: "model-2", Email: "model-2@growing.example", Role: twofactor.RoleUser, SignIn: twofactor.SignInSSO}, false},
		{twofactor.UserInput{ID: "model-3", Role: twofactor.RoleUser, SignIn: twofactor.SignInPassword, Active: &inactive}, false},
		{twofactor.UserInput{ID: owner, Email: "owner@growing.example", Role: twofactor.RoleSuperAdmin, SignIn: twofactor.SignInPassword}, true},
	}
	for _, f := range first {
		if _, _, err := twofactor.NewUsers(t.deps).Put(t.ctx, t.platform, tenant, f.in); err != nil {
			return err
		}
		if err := t.giveFactor(f.in.ID, f.factor); err != nil {
			return err
		}
	}
	t.users = len(first)
	if _, err := twofactor.NewCounts(t.deps).Recount(t.ctx, tenant); err != nil {
		return err
	}
	for _, f := range first {
		if f.in.ID == owner {
			continue
		}
		m, err := t.model(f.in.ID)
		if err != nil {
			return err
		}
		t.models = append(t.models, m)
	}
	return nil
}

// giveFactor gives a user a factor of the usual size. No code of it is ever
// asked for, so nothing is sealed in it.
func (t *town) giveFactor(id string, wanted bool) error {
	if !wanted {
		return nil
	}
	key := twofactor.AuthKey(twofactor.Ref{Tenant: tenant, User: id})
	found, err := t.deps.Store.Load(t.ctx, twofactor.Want{Key: key})
	if err != nil {
		return err
	}
	user := twofactor.Get[twofactor.Auth](found, key)
	if user == nil {
		return fmt.Errorf("the user %s is not there", id)
	}
	user.Factor = &twofactor.Factor{
		Secret: make(twofactor.SecretBytes, 56), LastStep: 1, EnrolledAt: noon, LastVerifiedAt: noon,
		Backup: make([]twofactor.BackupHash, 10),
	}
	return t.deps.Store.Commit(t.ctx, twofactor.Commit{Put: []twofactor.Record{user}})
}
