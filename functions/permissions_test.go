package functions_test

import (
	"slices"
	"strings"
	"testing"
)

// statement is one statement of a role.
type statement struct {
	sid       string
	deny      bool
	actions   []string
	resources []string
	condition any
}

// statements lists what the function in folder may do.
func statements(t *testing.T, m template, folder string) []statement {
	t.Helper()
	var all []statement
	policies, _ := m.Resources[title(folder)+"Role"].Properties["Policies"].([]any)
	for _, policy := range policies {
		list, _ := at(policy, "PolicyDocument", "Statement").([]any)
		for _, one := range list {
			sid, _ := at(one, "Sid").(string)
			all = append(all, statement{
				sid: sid, deny: at(one, "Effect") == "Deny",
				actions: strs(at(one, "Action")), resources: strs(at(one, "Resource")), condition: at(one, "Condition"),
			})
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s has no statements", folder)
	}
	return all
}

// allowed lists the actions that a function may do on a resource whose name
// begins with prefix.
func allowed(t *testing.T, m template, folder, prefix string) []string {
	t.Helper()
	var actions []string
	for _, s := range statements(t, m, folder) {
		if s.deny || !slices.ContainsFunc(s.resources, func(r string) bool { return strings.HasPrefix(r, prefix) }) {
			continue
		}
		actions = append(actions, s.actions...)
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}

// purposes lists the encryption contexts under which a function may do action
// with a key.
func purposes(t *testing.T, m template, folder, key, action string) []string {
	t.Helper()
	var all []string
	for _, s := range statements(t, m, folder) {
		if slices.Contains(s.resources, key+".Arn") && slices.Contains(s.actions, action) {
			all = append(all, strs(at(s.condition, "StringEquals", "kms:EncryptionContext:purpose"))...)
		}
	}
	slices.Sort(all)
	return all
}

func TestNoFunctionMayDoEverythingAnywhere(t *testing.T) {
	m := readTemplate(t)
	for _, folder := range folders(t) {
		if m.Resources[title(folder)+"Role"].Properties["ManagedPolicyArns"] != nil {
			t.Errorf("%s: managed policies allow more than is listed here", folder)
		}
		for _, s := range statements(t, m, folder) {
			for _, action := range s.actions {
				if strings.Contains(action, "*") {
					t.Errorf("%s, %s: action %s", folder, s.sid, action)
				}
			}
			for _, r := range s.resources {
				if strings.HasPrefix(r, "*") || r == "arn:*" {
					t.Errorf("%s, %s: resource %s", folder, s.sid, r)
				}
			}
			if len(s.actions) == 0 || len(s.resources) == 0 || s.sid == "" {
				t.Errorf("%s: a statement without name, action or resource", folder)
			}
		}
	}
}

func TestEveryUseOfAKeyNamesItsPurpose(t *testing.T) {
	type use struct{ folder, key, action string }
	want := map[use][]string{
		{"verify", "SecretsKey", "kms:Decrypt"}:           {"tenant"},
		{"verify", "TokensKey", "kms:Decrypt"}:            {"signing", "token"},
		{"enroll", "SecretsKey", "kms:Decrypt"}:           {"tenant"},
		{"enroll", "TokensKey", "kms:Decrypt"}:            {"mail", "signing", "token"},
		{"reset", "TokensKey", "kms:Decrypt"}:             {"token"},
		{"directory", "TokensKey", "kms:Decrypt"}:         {"token"},
		{"notify", "TokensKey", "kms:Decrypt"}:            {"mail"},
		{"operator", "TokensKey", "kms:Decrypt"}:          {"signing"},
		{"operator", "TokensKey", "kms:GenerateDataKey"}:  {"mail", "signing", "token"},
		{"operator", "SecretsKey", "kms:GenerateDataKey"}: {"tenant"},
	}
	m := readTemplate(t)
	for _, folder := range folders(t) {
		for _, key := range []string{"SecretsKey", "TokensKey", "TableKey"} {
			for _, action := range []string{"kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt"} {
				got := purposes(t, m, folder, key, action)
				if !slices.Equal(got, want[use{folder, key, action}]) {
					t.Errorf("%s may %s with %s for %v, want %v", folder, action, key, got, want[use{folder, key, action}])
				}
			}
		}
		for _, s := range statements(t, m, folder) {
			isKMS := strings.HasPrefix(s.actions[0], "kms:")
			if isKMS && at(s.condition, "StringEquals", "kms:EncryptionContext:service") != "sallyport" {
				t.Errorf("%s, %s: the context of another service would pass", folder, s.sid)
			}
		}
	}
}

func TestOnlyFunctionsThatJudgeCodesMayOpenSecrets(t *testing.T) {
	m := readTemplate(t)
	for _, folder := range folders(t) {
		may := len(purposes(t, m, folder, "SecretsKey", "kms:Decrypt")) > 0
		if want := folder == "verify" || folder == "enroll"; may != want {
			t.Errorf("%s may open secrets: %t, want %t", folder, may, want)
		}
	}
}

func TestOnlyNotifyMaySendMail(t *testing.T) {
	m := readTemplate(t)
	for _, folder := range folders(t) {
		for _, s := range statements(t, m, folder) {
			for _, action := range s.actions {
				if strings.HasPrefix(action, "ses:") && folder != "notify" {
					t.Errorf("%s may %s", folder, action)
				}
			}
		}
	}
}

// Cases R-41 and LG-10: handlers cannot write what the trail holds.
func TestLG10NoHandlerMayWriteTheTrail(t *testing.T) {
	m := readTemplate(t)
	for _, folder := range folders(t) {
		if folder == "notify" {
			continue
		}
		if !keptFrom(t, m, folder, "*##event") {
			t.Errorf("%s may write events", folder)
		}
	}
}

func TestOnlyTheOperatorMayWriteRootAndSigningKeys(t *testing.T) {
	m := readTemplate(t)
	for _, folder := range folders(t) {
		if folder == "operator" {
			continue
		}
		for _, partition := range []string{"#root", "#signing"} {
			if !keptFrom(t, m, folder, partition) {
				t.Errorf("%s may write %s", folder, partition)
			}
		}
	}
}

// keptFrom reports whether a function cannot write a partition: it writes
// nothing, or only partitions of a list without this one, or is denied it.
func keptFrom(t *testing.T, m template, folder, partition string) bool {
	t.Helper()
	writes, listed, denied := false, false, false
	for _, s := range statements(t, m, folder) {
		if !slices.Contains(s.actions, "dynamodb:PutItem") {
			continue
		}
		if s.deny {
			keys := strs(at(s.condition, "ForAnyValue:StringLike", "dynamodb:LeadingKeys"))
			denied = slices.Contains(keys, partition) && slices.Contains(s.actions, "dynamodb:DeleteItem") &&
				slices.Contains(s.actions, "dynamodb:UpdateItem")
			continue
		}
		writes = true
		keys := strs(at(s.condition, "ForAllValues:StringLike", "dynamodb:LeadingKeys"))
		listed = len(keys) > 0 && !slices.Contains(keys, partition)
	}
	return !writes || listed || denied
}

func TestNobodyScansTheTable(t *testing.T) {
	m := readTemplate(t)
	for _, folder := range folders(t) {
		for _, action := range allowed(t, m, folder, "Table.Arn") {
			if action == "dynamodb:Scan" || action == "dynamodb:DeleteTable" {
				t.Errorf("%s may %s", folder, action)
			}
		}
	}
}
