package twofactor_test

import (
	"slices"
	"strings"
	"testing"

	"sallyport/shared/twofactor"
)

func (d *desk) tenants() *twofactor.Tenants { return twofactor.NewTenants(d.deps) }

func TestANewTenantHasTheDefaultPolicyAndATenantIsChangedByItsAdministrator(t *testing.T) {
	d := newDesk(t)
	in := twofactor.TenantInput{Tenant: "t", Name: "One", Issuer: "App", SupportEmail: "help@example.com",
		ReturnURLs: []string{"https://dash.example/back"}}
	view, created, err := d.tenants().Put(d.ctx, d.plain(), in)
	d.ok(err)
	if !created || view.Issuer != "App" || !slices.Equal(view.ReturnURLs, in.ReturnURLs) {
		t.Errorf("made %+v", view)
	}
	d.user("t", "root", twofactor.RoleSuperAdmin)
	policy, err := d.policies().Get(d.ctx, d.plain(), "t")
	d.ok(err)
	if policy.Number != 1 || policy.Mode != twofactor.ModeAvailable || policy.UpdatedBy != nil {
		t.Errorf("born with %+v", policy)
	}
	_, _, err = d.tenants().Put(d.ctx, d.plain(), in)
	d.refused(err, twofactor.CodeActorRequired)
	commits := d.store.Commits()
	_, created, err = d.tenants().Put(d.ctx, d.as("t", "root"), in)
	d.ok(err)
	if created || d.store.Commits() != commits {
		t.Error("the same tenant was written again")
	}
	view, _, err = d.tenants().Put(d.ctx, d.as("t", "root"), twofactor.TenantInput{Tenant: "t", Name: "Two"})
	d.ok(err)
	if view.Name != "Two" || view.Issuer != "" || view.SupportEmail != "" || len(view.ReturnURLs) != 0 {
		t.Errorf("what was left out is still there: %+v", view)
	}
}

func TestATenantWithMembersThatNoneMayHaveIsRefused(t *testing.T) {
	d := newDesk(t)
	good := "https://dash.example/back"
	cases := []struct {
		pointer string
		change  func(*twofactor.TenantInput)
	}{
		{"/name", func(in *twofactor.TenantInput) { in.Name = "" }},
		{"/name", func(in *twofactor.TenantInput) { in.Name = " \u00a0 " }},
		{"/name", func(in *twofactor.TenantInput) { in.Name = "\u200b" }},
		{"/name", func(in *twofactor.TenantInput) { in.Name = strings.Repeat("n", 129) }},
		{"/issuer", func(in *twofactor.TenantInput) { in.Issuer = " " }},
		{"/issuer", func(in *twofactor.TenantInput) { in.Issuer = "a\nb" }},
		{"/support_email", func(in *twofactor.TenantInput) { in.SupportEmail = "Help <h@example.com>" }},
		{"/return_urls", func(in *twofactor.TenantInput) { in.ReturnURLs = slices.Repeat([]string{good}, 11) }},
		{"/return_urls/1", func(in *twofactor.TenantInput) { in.ReturnURLs = []string{good, "http://dash.example"} }},
		{"/return_urls/0", func(in *twofactor.TenantInput) { in.ReturnURLs = []string{"https://u:p@dash.example"} }},
		{"/return_urls/0", func(in *twofactor.TenantInput) { in.ReturnURLs = []string{"https://dash.example/#x"} }},
		{"/return_urls/0", func(in *twofactor.TenantInput) { in.ReturnURLs = []string{"javascript:alert(1)"} }},
		{"/return_urls/0", func(in *twofactor.TenantInput) { in.ReturnURLs = []string{"//dash.example"} }},
		{"/return_urls/0", func(in *twofactor.TenantInput) { in.ReturnURLs = []string{"http://localhost.evil.example"} }},
		{"/parent", func(in *twofactor.TenantInput) { in.Parent = new(string) }},
	}
	for _, c := range cases {
		in := twofactor.TenantInput{Tenant: "t", Name: "One"}
		c.change(&in)
		_, _, err := d.tenants().Put(d.ctx, d.plain(), in)
		if got := pointers(err); !slices.Equal(got, []string{c.pointer}) {
			t.Errorf("refused at %v (%v), want %s", got, err, c.pointer)
		}
	}
	local := []string{"http://localhost:3000/x", "http://127.0.0.1/", "http://[::1]:8080/"}
	_, _, err := d.tenants().Put(d.ctx, d.plain(), twofactor.TenantInput{Tenant: "t", Name: "One", ReturnURLs: local})
	d.ok(err)
}

func TestAClientIsMadeByAnActorOfItsParentOneLevelDownAndKeepsTheParent(t *testing.T) {
	d := newDesk(t)
	d.tenant("msp")
	d.tenant("other")
	d.user("msp", "boss", twofactor.RoleAdmin)
	put := func(c twofactor.Caller, id, parent string) error {
		_, _, err := d.tenants().Put(d.ctx, c, twofactor.TenantInput{Tenant: id, Name: id, Parent: &parent})
		return err
	}
	own := &twofactor.APIKey{ID: "ka", Audience: "dash", Scopes: everyScope, Tenants: []string{"msp"}}
	byOwn := d.as("msp", "root")
	byOwn.Key = own
	d.refused(put(d.plain(), "shop", "msp"), twofactor.CodeActorRequired)
	d.refused(put(d.as("msp", "boss"), "shop", "msp"), twofactor.CodeForbidden)
	d.refused(put(byOwn, "shop", "other"), twofactor.CodeTenantNotFound)
	d.ok(put(byOwn, "shop", "msp"))
	d.user("shop", "root", twofactor.RoleSuperAdmin)
	d.refused(put(d.as("shop", "root"), "corner", "shop"), twofactor.CodeInvalid)
	d.refused(put(d.as("shop", "root"), "shop", "other"), twofactor.CodeInvalid)
	d.ok(put(d.as("shop", "root"), "shop", "msp"))
	view, _, err := d.tenants().Put(d.ctx, d.as("shop", "root"), twofactor.TenantInput{Tenant: "shop", Name: "kept"})
	d.ok(err)
	if view.Parent != "msp" {
		t.Errorf("the parent became %q", view.Parent)
	}
	alone := twofactor.Caller{Key: own}
	_, _, err = d.tenants().Put(d.ctx, alone, twofactor.TenantInput{Tenant: "mine", Name: "mine"})
	d.refused(err, twofactor.CodeTenantNotFound)
}

func TestADeletedTenantIsDeadAtOnceAndItsKeyDestroyed(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	record := read[twofactor.Tenant](d, twofactor.TenantKey("t"))
	record.DataKey = twofactor.SecretBytes("wrapped")
	d.put(record)
	already, err := d.tenants().Delete(d.ctx, d.as("t", "root"), "t")
	d.ok(err)
	gone := read[twofactor.Tenant](d, twofactor.TenantKey("t"))
	if already || !gone.Deleting || gone.DataKey != nil {
		t.Errorf("already %v, tenant %+v", already, gone)
	}
	already, err = d.tenants().Delete(d.ctx, d.as("t", "root"), "t")
	d.ok(err)
	if !already {
		t.Error("the second deletion did not say that it is under way")
	}
	_, err = d.tenants().Get(d.ctx, d.plain(), "t")
	d.refused(err, twofactor.CodeDeleting)
	_, _, err = d.tenants().Put(d.ctx, d.as("t", "root"), twofactor.TenantInput{Tenant: "t", Name: "again"})
	d.refused(err, twofactor.CodeDeleting)
	_, err = d.users().Get(d.ctx, d.plain(), twofactor.Ref{Tenant: "t", User: "root"})
	d.refused(err, twofactor.CodeTenantNotFound)
	_, _, err = d.users().Put(d.ctx, d.plain(), "t", entry("new", twofactor.RoleUser))
	d.refused(err, twofactor.CodeTenantNotFound)
	_, err = d.tenants().Get(d.ctx, twofactor.Caller{Key: &twofactor.APIKey{Scopes: everyScope, Tenants: []string{"x"}}}, "t")
	d.refused(err, twofactor.CodeTenantNotFound)
}

func TestAParentStaysAsLongAsItHasClients(t *testing.T) {
	d := newDesk(t)
	d.tenant("msp")
	d.client("shop", "msp")
	_, err := d.tenants().Delete(d.ctx, d.as("msp", "root"), "msp")
	d.refused(err, twofactor.CodeHasClients)
	_, err = d.tenants().Delete(d.ctx, d.as("msp", "root"), "shop")
	d.ok(err)
	_, err = d.tenants().Delete(d.ctx, d.as("msp", "root"), "msp")
	d.ok(err)
}
