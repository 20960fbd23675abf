package functions_test

import (
	"crypto/rand"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

func TestTheOperatorHasEveryRightThatItsWorkNeeds(t *testing.T) {
	table, heard := listen(t)
	now := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	deps := twofactor.Deps{
		Store: &shadowed{Store: memory.New(), t: t, table: table}, Random: rand.Reader, Now: func() time.Time { return now },
	}
	operator := twofactor.NewOperate(deps, keyring{})
	for range 3 {
		for _, in := range []twofactor.OperateInput{
			{Do: twofactor.OperatePrepare},
			{Do: twofactor.OperateCreateKey, Name: "first", Audience: "dashboard", Scopes: []twofactor.Scope{twofactor.ScopeKeys}, Tenants: []string{twofactor.AllTenants}},
		} {
			if _, err := operator.Run(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}
		now = now.AddDate(1, 0, 0)
	}
	m := readTemplate(t)
	for r := range heard.heard {
		if !has(t, m, "operator", r) {
			t.Errorf("operator needs %s on %s in %q and may not", r.action, r.resource, r.partition)
		}
	}
	for _, partition := range []string{"#root", "#signing", "#key"} {
		if !heard.heard[right{"dynamodb:PutItem", "Table.Arn", partition}] {
			t.Errorf("nothing was written to %s", partition)
		}
	}
}
