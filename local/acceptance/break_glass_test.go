package acceptance

import (
	"testing"

	"sallyport/local/api"
)

// AV-12: the way out of docs/runbook.md, "The last administrator is locked
// out", step by step.
func TestTheLastAdministratorWhoIsLockedOutIsLetInAgainByASecondPerson(t *testing.T) {
	w := Start(t)
	tenant := "/v1/tenants/" + w.ID("glass")
	put := func(id, role string) {
		w.Call(w.Platform, 201, "PUT", tenant+"/users/"+id, map[string]string{"email": w.Address(id), "role": role, "sign_in": "password"})
	}
	w.Call(w.Platform, 201, "PUT", tenant, map[string]string{"name": "Glass"})
	put("first", "super_admin")
	self := w.Call(w.Platform, 201, "POST", tenant+"/users/first/self-service", nil)
	if _, _, err := w.Person(self.Text("token")).Enroll(t.Context()); err != nil {
		t.Fatal(err)
	}
	reset := map[string]string{"reason": "lost the phone and the backup codes"}
	w.Call(w.Platform, 403, "POST", tenant+"/users/first/reset", reset, api.Actor("first", w.Now())...)
	put("second", "super_admin")
	w.Mail(w.Address("first"), "administrator_added")
	w.Call(w.Platform, 200, "POST", tenant+"/users/first/reset", reset, api.Actor("second", w.Now())...)
	login := w.Call(w.Platform, 200, "POST", tenant+"/logins", map[string]any{
		"user": map[string]string{"id": "first"}, "first_factor": map[string]string{"method": "password"},
	})
	if login.Text("decision") != "enroll" || login.Text("reason") != "factor_reset" {
		t.Errorf("the first one's login says %s, %s; want enroll, factor_reset", login.Text("decision"), login.Text("reason"))
	}
}
