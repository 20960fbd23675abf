package twofactor

import "testing"

func TestEveryActionNeedsAScopeAndNoPermissionIsAskedOfNobody(t *testing.T) {
	for act, rule := range grants {
		if rule.scope == "" {
			t.Errorf("%s needs no scope", act)
		}
		if rule.recent && !rule.actor {
			t.Errorf("%s asks for a recent check of nobody", act)
		}
		if rule.actor && len(rule.oneOf) == 0 {
			t.Errorf("%s needs an actor without any permission", act)
		}
	}
}

func TestSuperAdminsHoldEverythingAndUsersOnlyReportsWhateverIsStored(t *testing.T) {
	p := Policy{Permissions: map[Permission][]string{}}
	for _, permission := range AllPermissions {
		p.Permissions[permission] = []string{RoleUser, RoleAdmin}
	}
	for _, permission := range AllPermissions {
		for role, want := range map[string]bool{
			RoleSuperAdmin: true, RoleAdmin: true, "guest": false, RoleUser: permission == PermReportsRead,
		} {
			if got := p.holds(role, permission); got != want {
				t.Errorf("%s holds %s: %v", role, permission, got)
			}
		}
	}
}

func TestAKeyReachesItsTenantsAndTheirClientsAndNoOther(t *testing.T) {
	client := &Tenant{ID: "shop", Parent: "msp"}
	for list, want := range map[string]bool{"*": true, "shop": true, "msp": true, "other": false, "": false} {
		if got := reaches(&APIKey{Tenants: []string{list}}, client); got != want {
			t.Errorf("a key for %q reaches the client: %v", list, got)
		}
	}
	if reaches(&APIKey{Tenants: []string{""}}, &Tenant{ID: "msp"}) {
		t.Error("a key for nothing reaches a tenant without a parent")
	}
}
