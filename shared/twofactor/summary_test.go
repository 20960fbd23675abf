package twofactor_test

import (
	"fmt"
	"testing"

	"sallyport/shared/twofactor"
)

// msp makes a parent with clients, each with one user and its super admin.
func (w *watched) msp(clients int) {
	w.tenant("msp")
	for i := range clients {
		id := fmt.Sprintf("client-%d", i)
		_, _, err := twofactor.NewTenants(w.deps).Put(w.ctx, w.admin("msp"), twofactor.TenantInput{
			Tenant: id, Name: "Client " + id, Parent: new("msp"),
		})
		w.ok(err)
		w.user(id, "ann")
	}
	w.pump()
}

func TestAParentsSummaryShowsEachClientOncePageByPage(t *testing.T) {
	w := newWatched(t)
	w.msp(5)
	var ids []string
	cursor := ""
	for {
		answer, err := twofactor.NewUsers(w.deps).Summary(w.ctx, w.platform(), "msp", twofactor.SummaryQuery{Limit: 2, Cursor: cursor})
		w.ok(err)
		if answer.Users != 1 || answer.Name != "Tenant msp" || !answer.Parent || len(answer.Tenants) > 2 {
			t.Fatalf("answer %+v", answer)
		}
		for _, client := range answer.Tenants {
			ids = append(ids, client.Tenant)
			if client.Users != 1 || client.NotRequired != 1 || client.Name != "Client "+client.Tenant {
				t.Errorf("client %+v", client)
			}
		}
		if cursor = answer.Next; cursor == "" {
			break
		}
	}
	if fmt.Sprint(ids) != "[client-0 client-1 client-2 client-3 client-4]" {
		t.Errorf("clients %v", ids)
	}
	if client := w.summary("client-0"); client.Parent || client.Tenants != nil {
		t.Errorf("a client has clients: %+v", client)
	}
}

func TestTheParentsFloorShowsInTheSummaryOfAClient(t *testing.T) {
	w := newWatched(t)
	w.msp(2)
	w.policy("msp", func(p *twofactor.Policy) { p.Clients = twofactor.ClientsRequired })
	if client := w.summary("client-1"); client.Pending != 1 || client.NotRequired != 0 {
		t.Errorf("client %+v", client.Summary)
	}
	if answer := w.summary("msp"); answer.Tenants[0].Pending != 1 {
		t.Errorf("as the parent sees it: %+v", answer.Tenants[0])
	}
}

func TestTheSummaryReadsAsMuchForManyUsersAsForFew(t *testing.T) {
	w := newWatched(t)
	w.tenant("few")
	w.crowd("few", 3)
	w.tenant("many")
	w.crowd("many", 300)
	w.pump()
	reads := func(tenant string) (wanted int) {
		w.store.OnLoad(func(wants []twofactor.Want) error { wanted += len(wants); return nil })
		defer w.store.OnLoad(nil)
		if got := w.summary(tenant); got.Users < 4 {
			t.Errorf("%s has %d users", tenant, got.Users)
		}
		return wanted
	}
	if few, many := reads("few"), reads("many"); few != many || many > 12 {
		t.Errorf("%d records for 4 users, %d for 301", few, many)
	}
}

func TestACursorOfASummaryIsGoodForItsTenantAlone(t *testing.T) {
	w := newWatched(t)
	w.msp(3)
	users := twofactor.NewUsers(w.deps)
	answer, err := users.Summary(w.ctx, w.platform(), "msp", twofactor.SummaryQuery{Limit: 1})
	w.ok(err)
	_, err = users.Summary(w.ctx, w.platform(), "client-0", twofactor.SummaryQuery{Cursor: answer.Next})
	w.refused(err, twofactor.CodeInvalid)
}
