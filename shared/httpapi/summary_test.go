package httpapi

import (
	"context"
	"reflect"
	"testing"

	"sallyport/shared/twofactor"
)

type fakeSummary struct {
	UserCalls
	answer twofactor.SummaryAnswer
}

func (f fakeSummary) Summary(context.Context, twofactor.Caller, string, twofactor.SummaryQuery) (twofactor.SummaryAnswer, error) {
	return f.answer, nil
}

const summaryLine = "GET /v1/tenants/acme/summary"

var counted = twofactor.Summary{Users: 36, Active: 1, Pending: 2, NotRequired: 3, NotApplicable: 4, NotAvailable: 26, Locked: 5, ResetRequested: 6}

func TestASummaryShowsItsClientsOnlyForAParent(t *testing.T) {
	b := newBench(t, Directory)
	b.deps.Users = fakeSummary{answer: twofactor.SummaryAnswer{Summary: counted, AsOf: noon}}
	counts := `"users":36,"active":1,"pending":2,"not_required":3,"not_applicable":4,"not_available":26,"locked":5,"reset_requested":6`
	sameJSON(t, "alone", b.platform(summaryLine, "").Body, `{`+counts+`,"as_of":"2026-03-04T12:00:00Z"}`)
	b.deps.Users = fakeSummary{answer: twofactor.SummaryAnswer{Summary: counted, AsOf: noon, Parent: true}}
	sameJSON(t, "a parent whose clients the key may not see", b.platform(summaryLine, "").Body, `{`+counts+`,"as_of":"2026-03-04T12:00:00Z","tenants":[],"next_cursor":null}`)
	b.deps.Users = fakeSummary{answer: twofactor.SummaryAnswer{Summary: counted, AsOf: noon, Parent: true, Next: "c2", Tenants: []twofactor.TenantSummary{{Tenant: "c", Name: "C", Summary: counted}}}}
	sameJSON(t, "a parent", b.platform(summaryLine, "").Body, `{`+counts+`,"as_of":"2026-03-04T12:00:00Z","tenants":[{"tenant":"c","name":"C",`+counts+`}],"next_cursor":"c2"}`)
}

func TestPagesOfASummaryAsCSVHoldTheTenantItselfOnce(t *testing.T) {
	b := newBench(t, Directory)
	b.deps.Users = fakeSummary{answer: twofactor.SummaryAnswer{Summary: counted, Name: "Acme, Inc.", AsOf: noon, Parent: true, Tenants: []twofactor.TenantSummary{{Tenant: "c", Name: "=C()", Summary: counted}}}}
	head := []string{"tenant", "name", "users", "active", "pending", "not_required", "not_applicable", "not_available", "locked", "reset_requested", "as_of"}
	numbers := []string{"36", "1", "2", "3", "4", "26", "5", "6", "2026-03-04T12:00:00Z"}
	own := append([]string{"acme", "Acme, Inc."}, numbers...)
	client := append([]string{"c", "'=C()"}, numbers...)
	if got, want := b.sheetOf(t, summaryLine), [][]string{head, own, client}; !reflect.DeepEqual(got, want) {
		t.Errorf("the first page: %q", got)
	}
	if got, want := b.sheetOf(t, summaryLine+"?cursor=c1"), [][]string{head, client}; !reflect.DeepEqual(got, want) {
		t.Errorf("the second page: %q", got)
	}
}
