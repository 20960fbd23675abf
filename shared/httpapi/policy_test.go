package httpapi

import (
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"sallyport/shared/twofactor"
)

// policyText is the default policy as JSON, with some members replaced or,
// where the value is "", left out.
func policyText(t *testing.T, replaced map[string]string) string {
	t.Helper()
	whole, err := json.Marshal(showPolicy(twofactor.DefaultPolicy()))
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(whole, &members); err != nil {
		t.Fatal(err)
	}
	var parts []string
	for name, value := range members {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if given, there := replaced[name]; !there {
			parts = append(parts, `"`+name+`":`+string(text))
		} else if given != "" {
			parts = append(parts, `"`+name+`":`+given)
		}
	}
	for name, value := range replaced {
		if _, known := members[name]; !known {
			parts = append(parts, `"`+name+`":`+value)
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func TestAPolicyComesBackAsItWasShown(t *testing.T) {
	all := []twofactor.Policy{twofactor.DefaultPolicy(), twofactor.StrictPolicy()}
	for _, preset := range twofactor.Presets() {
		all = append(all, preset.Policy)
	}
	for _, p := range all {
		text, err := json.Marshal(showPolicy(p))
		if err != nil {
			t.Fatal(err)
		}
		back, err := decode[policyRequest](text)
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if got := back.Policy.policy(); !reflect.DeepEqual(got, p) {
			t.Errorf("got %+v, want %+v", got, p)
		}
	}
}

func TestEveryMemberOfAPolicyIsNeeded(t *testing.T) {
	var members map[string]any
	if err := json.Unmarshal([]byte(policyText(t, nil)), &members); err != nil {
		t.Fatal(err)
	}
	if len(members) != 18 {
		t.Fatalf("a policy has %d members", len(members))
	}
	for name := range members {
		r := newBench(t, Policy).platform("PUT /v1/tenants/acme/policy", policyText(t, map[string]string{name: ""}))
		if r.expect(t, name, 422, twofactor.CodeInvalid); r.pointer() != "/"+name {
			t.Errorf("without %s: points at %v", name, r.pointer())
		}
	}
	missing := strings.Replace(policyText(t, nil), `"factors.reset":[],`, "", 1)
	missing = strings.Replace(missing, `,"factors.reset":[]`, "", 1)
	r := newBench(t, Policy).platform("PUT /v1/tenants/acme/policy", missing)
	if r.expect(t, "a permission less", 422, twofactor.CodeInvalid); r.pointer() != "/permissions/factors.reset" {
		t.Errorf("points at %v", r.pointer())
	}
}

func TestIN15_NumbersOfAPolicyAreWholeNumbersWrittenPlainly(t *testing.T) {
	for _, number := range []string{"-0", "0.0", "3.0", "1e1", "1E0", "1e400", "-1e400", "0.5", "9223372036854775808", "-9223372036854775809", "1e-400", `"3"`, "true", "[]", "{}", "null", "03", "+3", "0x3", "NaN", "Infinity", "3."} {
		r := newBench(t, Policy).platform("PUT /v1/tenants/acme/policy", policyText(t, map[string]string{"grace_days": number}))
		r.expect(t, number, 400, twofactor.CodeMalformed)
	}
	for _, number := range []string{"0", "90", "-1", "1000000000"} {
		b := newBench(t, Policy)
		b.deps.Policies = fakePolicies{put: func(twofactor.PolicyInput) (twofactor.PolicyVersion, error) { return twofactor.PolicyVersion{}, nil }}
		b.platform("PUT /v1/tenants/acme/policy", policyText(t, map[string]string{"grace_days": number})).expect(t, number, 200, "")
	}
}

func TestAZ04_AMemberThatAPolicyDoesNotHaveIsRefused(t *testing.T) {
	for _, name := range []string{"lockLimit", "Mode", "tenant", "number", "id"} {
		newBench(t, Policy).platform("PUT /v1/tenants/acme/policy", policyText(t, map[string]string{name: "1"})).expect(t, name, 400, twofactor.CodeMalformed)
	}
	unknown := strings.Replace(policyText(t, nil), `"permissions":{`, `"permissions":{"everything":["user"],`, 1)
	newBench(t, Policy).platform("PUT /v1/tenants/acme/policy", unknown).expect(t, "an unknown permission", 400, twofactor.CodeMalformed)
}

func TestAPolicyIsSavedOverTheVersionThatWasRead(t *testing.T) {
	b := newBench(t, Policy)
	var got twofactor.PolicyInput
	b.deps.Policies = fakePolicies{put: func(in twofactor.PolicyInput) (twofactor.PolicyVersion, error) {
		got = in
		return twofactor.PolicyVersion{Policy: in.Policy, Number: 8, UpdatedAt: noon, UpdatedBy: &twofactor.Ref{Tenant: "holding", User: "boss"}}, nil
	}}
	body := policyText(t, map[string]string{"version": "7", "updated_at": `"x"`, "updated_by": `{"anything":[null]}`, "notify": "true"})
	r := b.platform("PUT /v1/tenants/acme/policy", body, "if-match", `"7"`)
	r.expect(t, "put", 200, "")
	if got.IfMatch != `"7"` || !got.Notify || !reflect.DeepEqual(got.Policy, twofactor.DefaultPolicy()) {
		t.Errorf("the use case got %+v", got)
	}
	by, _ := r.member["updated_by"].(map[string]any)
	if r.Headers["ETag"] != `"8"` || r.member["version"] != float64(8) || by["tenant"] != "holding" || by["user"] != "boss" {
		t.Errorf("answered %v %s", r.Headers, r.Body)
	}
}

func TestAnExpiryMayHaveAnyOffsetAndMustBeATime(t *testing.T) {
	for text, ok := range map[string]bool{`"2026-12-31T23:00:00+01:00"`: true, "null": true, `""`: false, `"tomorrow"`: false, `"2026-12-31"`: false} {
		_, err := decode[requirementRequest]([]byte(`{"requirement":"exempt","expires_at":` + text + `}`))
		if err != nil {
			t.Fatal(err)
		}
		r := newBench(t, Policy).platform("PUT /v1/tenants/acme/users/ann/requirement", `{"requirement":"exempt","expires_at":`+text+`}`)
		// The bench has no policies: a time that is taken ends as 503.
		if (r.StatusCode == 503) != ok || (!ok && r.pointer() != "/expires_at") {
			t.Errorf("%s: %d %s", text, r.StatusCode, r.Body)
		}
	}
}
