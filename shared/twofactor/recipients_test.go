package twofactor_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

// admins gives acme the roles of a reset desk, with n users in each of two
// roles that decide and one in a role that does not.
func (w *outboxWorld) admins(tenant *twofactor.Tenant, n int) {
	tenant.Policy.Permissions = map[twofactor.Permission][]string{
		twofactor.PermResetsDecide: {"security", twofactor.RoleSuperAdmin},
		twofactor.PermReportsRead:  {"auditor"},
	}
	w.put(tenant)
	roster := &twofactor.Roster{Tenant: tenant.ID, Roles: map[string]twofactor.RosterRole{}}
	for role, count := range map[string]int{twofactor.RoleSuperAdmin: n, "security": n, "auditor": 1} {
		entry := twofactor.RosterRole{Count: count}
		for i := range count {
			user := fmt.Sprintf("%s-%d", role, i)
			w.user(tenant.ID, user, strings.ReplaceAll(user, "_", "-")+"@"+tenant.ID+".test")
			entry.Users = append(entry.Users, user)
		}
		roster.Roles[role] = entry
	}
	w.put(roster)
}

// tenant loads acme, to change it.
func (w *outboxWorld) tenant() *twofactor.Tenant {
	w.t.Helper()
	found, err := w.store.Load(w.t.Context(), twofactor.Want{Key: twofactor.TenantKey("acme")})
	if err != nil {
		w.t.Fatal(err)
	}
	return twofactor.Get[twofactor.Tenant](found, twofactor.TenantKey("acme"))
}

func TestEveryAdministratorWhoDecidesResetsIsMailedAndNobodyElse(t *testing.T) {
	w := newOutboxWorld(t)
	w.admins(w.tenant(), 2)
	e := w.event(twofactor.MailAdministratorAdded)
	e.Detail[twofactor.DetailRole] = "security"
	w.happen(e)
	w.pump()
	want := []string{"security-0@acme.test", "security-1@acme.test", "super-admin-0@acme.test", "super-admin-1@acme.test"}
	if got := w.post.to(twofactor.MailAdministratorAdded); !slices.Equal(got, want) {
		t.Errorf("mailed %v", got)
	}
	vars := w.post.taken[0].vars
	if vars[twofactor.DetailRole] != "security" || vars[twofactor.VarAccount] != "jane" || vars[twofactor.VarName] != "Name of jane" {
		t.Errorf("vars %v", vars)
	}
}

func TestMoreAdministratorsThanOneTransactionTakesAreAllMailedOnce(t *testing.T) {
	for _, fault := range []memory.Fault{memory.NoFault, memory.FailBefore, memory.FailAfter} {
		w := newOutboxWorld(t)
		w.admins(w.tenant(), twofactor.RosterSize+1)
		w.happen(w.event(twofactor.MailResetRequested))
		w.store.Fail(5, fault)
		w.pump()
		w.later(time.Hour)
		got := w.post.to(twofactor.MailResetRequested)
		if len(got) != 2*(twofactor.RosterSize+1) || len(slices.Compact(got)) != len(got) || len(w.trail()) != 1 {
			t.Errorf("fault %d: %d mails, %d filed", fault, len(got), len(w.trail()))
		}
	}
}

func TestTheParentsAdministratorsAreMailedWhereTheTenantHasNoOther(t *testing.T) {
	w := newOutboxWorld(t)
	w.admins(&twofactor.Tenant{ID: "msp", Name: "MSP"}, 1)
	acme := w.tenant()
	acme.Parent = "msp"
	w.put(acme, &twofactor.Roster{Tenant: "acme", Roles: map[string]twofactor.RosterRole{
		twofactor.RoleSuperAdmin: {Users: []string{"jane"}, Count: 1},
	}})
	w.happen(w.event(twofactor.MailResetRequested))
	w.pump()
	want := []string{"jane@acme.test", "security-0@msp.test", "super-admin-0@msp.test"}
	if got := w.post.to(twofactor.MailResetRequested); !slices.Equal(got, want) {
		t.Errorf("mailed %v", got)
	}
	if w.post.taken[0].vars[twofactor.VarTenant] != "Acme" {
		t.Error("the mail does not name the tenant that it is about")
	}
}

func TestAChangedAddressIsToldToTheOldAndTheNewOne(t *testing.T) {
	w := newOutboxWorld(t)
	old := w.user("acme", "joe", "joe@old.test")
	changed := *old
	changed.Email = "joe@new.test"
	e := w.event(twofactor.MailAddressChanged)
	e.User = "joe"
	if err := w.store.Commit(t.Context(), twofactor.Commit{Event: e, Put: []twofactor.Record{&changed}}); err != nil {
		t.Fatal(err)
	}
	w.pump()
	if got := w.post.to(twofactor.MailAddressChanged); !slices.Equal(got, []string{"joe@new.test", "joe@old.test"}) {
		t.Fatalf("mailed %v", got)
	}
	vars := w.post.taken[0].vars
	if vars[twofactor.VarOldAddress] != "j•••@old.test" || vars[twofactor.VarNewAddress] != "j•••@new.test" {
		t.Errorf("vars %v", vars)
	}
	if strings.Contains(fmt.Sprint(w.trail()[0].Event), "@") {
		t.Error("an address reached the trail")
	}
}

func TestAnAddressChangeOutsideTheDirectoryRecordIsRefused(t *testing.T) {
	w := newOutboxWorld(t)
	change := twofactor.Change{Event: w.event(twofactor.MailAddressChanged), New: &twofactor.Auth{}}
	if err := w.notify.Handle(t.Context(), change); err == nil {
		t.Error("the old address would never have heard of it")
	}
}

func TestACodeOrLinkGoesWhereTheEnrolmentSaysAndIsForgottenOnceSent(t *testing.T) {
	for _, kind := range []twofactor.MailKind{twofactor.MailEmailCode, twofactor.MailEnrollmentLink} {
		w := newOutboxWorld(t)
		e := w.event(kind)
		sealed, err := w.vault.SealMail(t.Context(), twofactor.MailID(e.ID, kind), "042137")
		if err != nil {
			t.Fatal(err)
		}
		pending := &twofactor.Enrollment{Ref: twofactor.Ref{Tenant: "acme", User: "jane"}, MailTo: "jane@trusted.test", MailCode: sealed}
		if err := w.store.Commit(t.Context(), twofactor.Commit{Event: e, Put: []twofactor.Record{pending}}); err != nil {
			t.Fatal(err)
		}
		w.pump()
		if len(w.post.taken) != 1 || w.post.taken[0].to != "jane@trusted.test" || w.post.taken[0].code.Reveal() != "042137" {
			t.Errorf("%s: %d mails", kind, len(w.post.taken))
		}
		if mail := w.mail(twofactor.MailID(e.ID, kind)); mail.SealedCode != nil || mail.To != "" || len(mail.Vars) > 0 {
			t.Errorf("%s: after its mail was sent stays more than that it was: code %t, address %t, %d words",
				kind, mail.SealedCode != nil, mail.To != "", len(mail.Vars))
		}
	}
}

func TestACodeIsNeverMailedOutsideItsEnrolment(t *testing.T) {
	w := newOutboxWorld(t)
	w.happen(w.event(twofactor.MailEmailCode))
	w.pump()
	if len(w.post.taken) != 0 || len(w.trail()) != 1 {
		t.Errorf("%d mails, %d filed", len(w.post.taken), len(w.trail()))
	}
}

func TestNobodyGetsTheMailOfAnEarlierUserOfTheSameId(t *testing.T) {
	w := newOutboxWorld(t)
	change := twofactor.Change{Event: w.event(twofactor.MailFactorRemoved), New: &twofactor.Auth{Incarnation: "earlier"}}
	w.handle(change)
	w.pump()
	if len(w.post.taken) != 0 || len(w.trail()) != 1 {
		t.Errorf("%d mails, %d filed", len(w.post.taken), len(w.trail()))
	}
}

func TestAUserWithoutAnAddressGetsNoMailAndTheEventIsFiled(t *testing.T) {
	for _, email := range []string{"", "not an address", "a@b.test, c@d.test"} {
		w := newOutboxWorld(t)
		w.user("acme", "joe", email)
		e := w.event(twofactor.MailEnrolled)
		e.User = "joe"
		w.happen(e)
		w.pump()
		if len(w.post.taken) != 0 || len(w.trail()) != 1 {
			t.Errorf("%q: %d mails, %d filed", email, len(w.post.taken), len(w.trail()))
		}
	}
}

func TestTheMailOfADeletedUserGoesToTheAddressThatWasHis(t *testing.T) {
	w := newOutboxWorld(t)
	e := w.event(twofactor.MailFactorRemoved)
	e.User = "gone"
	stone := &twofactor.Tombstone{Ref: twofactor.Ref{Tenant: "acme", User: "gone"}, TrustedEmail: "gone@acme.test"}
	if err := w.store.Commit(t.Context(), twofactor.Commit{Event: e, Put: []twofactor.Record{stone}}); err != nil {
		t.Fatal(err)
	}
	w.pump()
	if got := w.post.to(twofactor.MailFactorRemoved); !slices.Equal(got, []string{"gone@acme.test"}) {
		t.Errorf("mailed %v", got)
	}
}
