package functions_test

import (
	"os"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"sallyport/shared/boot"
	"sallyport/shared/httpapi"
)

func TestEveryFolderHasItsFunctionRoleLogGroupAndAlarm(t *testing.T) {
	m := readTemplate(t)
	want := map[string]string{
		"Function": "AWS::Serverless::Function", "Role": "AWS::IAM::Role",
		"Logs": "AWS::Logs::LogGroup", "ErrorsAlarm": "AWS::CloudWatch::Alarm",
	}
	var functions []string
	for _, folder := range folders(t) {
		functions = append(functions, title(folder)+"Function")
		for suffix, kind := range want {
			if got := m.Resources[title(folder)+suffix].Type; got != kind {
				t.Errorf("%s: %s%s is %q, want %s", folder, title(folder), suffix, got, kind)
			}
		}
	}
	sort.Strings(functions)
	if got := m.ofType("AWS::Serverless::Function"); !slices.Equal(got, functions) {
		t.Errorf("the template has %v, the folders ask for %v", got, functions)
	}
}

func TestEveryFunctionUsesItsOwnFolderRoleAndLogGroup(t *testing.T) {
	m := readTemplate(t)
	for _, folder := range folders(t) {
		r := m.Resources[title(folder)+"Function"]
		p := r.Properties
		if got := p["CodeUri"]; got != "functions/"+folder+"/" {
			t.Errorf("%s: CodeUri is %v", folder, got)
		}
		if got := p["Role"]; got != title(folder)+"Role.Arn" {
			t.Errorf("%s: Role is %v", folder, got)
		}
		if got := at(p, "LoggingConfig", "LogGroup"); got != title(folder)+"Logs" {
			t.Errorf("%s: its log group is %v", folder, got)
		}
		if r.Metadata["BuildMethod"] != "go1.x" {
			t.Errorf("%s: BuildMethod is %v", folder, r.Metadata["BuildMethod"])
		}
		if p["Policies"] != nil {
			t.Errorf("%s: its rights belong into its role", folder)
		}
	}
}

func TestEveryLogGroupForgets(t *testing.T) {
	m := readTemplate(t)
	for _, name := range m.ofType("AWS::Logs::LogGroup") {
		if m.Resources[name].Properties["RetentionInDays"] == nil {
			t.Errorf("%s keeps its lines for ever", name)
		}
	}
}

// templateRoutes lists "function METHOD path" for every route of the template.
func templateRoutes(m template, folders []string) (routes []string, defaults []string) {
	for _, folder := range folders {
		events, _ := m.Resources[title(folder)+"Function"].Properties["Events"].(node)
		for _, event := range events {
			if at(event, "Type") != "HttpApi" {
				continue
			}
			path, _ := at(event, "Properties", "Path").(string)
			method, _ := at(event, "Properties", "Method").(string)
			if path == "" {
				defaults = append(defaults, folder)
				continue
			}
			routes = append(routes, folder+" "+method+" "+path)
		}
	}
	sort.Strings(routes)
	return routes, defaults
}

func TestTheRoutesOfTemplateAndCodeAreTheSame(t *testing.T) {
	routes, defaults := templateRoutes(readTemplate(t), folders(t))
	var coded []string
	for _, r := range httpapi.Routes() {
		coded = append(coded, string(r.Function)+" "+r.Key())
	}
	sort.Strings(coded)
	if !slices.Equal(routes, coded) {
		t.Errorf("the template has\n%s\nthe code has\n%s", strings.Join(routes, "\n"), strings.Join(coded, "\n"))
	}
	if !slices.Equal(defaults, []string{"pages"}) {
		t.Errorf("the default route belongs to %v, want pages alone", defaults)
	}
}

func TestEveryAlarmHasARunbookHeadingAndEveryHeadingAnAlarm(t *testing.T) {
	text, err := os.ReadFile("../docs/runbook.md")
	if err != nil {
		t.Fatal(err)
	}
	var headings []string
	for _, match := range regexp.MustCompile(`(?m)^#+ (\w+Alarm)$`).FindAllStringSubmatch(string(text), -1) {
		headings = append(headings, match[1])
	}
	sort.Strings(headings)
	m := readTemplate(t)
	alarms := m.ofType("AWS::CloudWatch::Alarm")
	if !slices.Equal(alarms, headings) {
		t.Errorf("alarms  %v\nheadings %v", alarms, headings)
	}
	for _, name := range alarms {
		says, _ := m.Resources[name].Properties["AlarmDescription"].(string)
		if !strings.HasSuffix(says, "See docs/runbook.md, "+name+".") {
			t.Errorf("%s does not name its heading: %q", name, says)
		}
	}
}

func TestTheStreamLosesNoRecord(t *testing.T) {
	stream := at(readTemplate(t).Resources["NotifyFunction"].Properties, "Events", "Stream", "Properties")
	if got := strs(at(stream, "FunctionResponseTypes")); !slices.Equal(got, []string{"ReportBatchItemFailures"}) {
		t.Errorf("partial batch answers: %v", got)
	}
	if at(stream, "BisectBatchOnFunctionError") != true || at(stream, "MaximumRetryAttempts") == nil {
		t.Error("a bad record must be singled out after a bounded number of tries")
	}
	if at(stream, "DestinationConfig", "OnFailure", "Type") != "S3" {
		t.Error("what fails must be kept whole: only a bucket holds the record itself")
	}
}

func TestTheTableIsProtected(t *testing.T) {
	m := readTemplate(t)
	p := m.Resources["Table"].Properties
	if p["DeletionProtectionEnabled"] != true || at(p, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled") != true {
		t.Error("the table can be lost")
	}
	if at(p, "SSESpecification", "KMSMasterKeyId") != "TableKey.Arn" {
		t.Error("the table is not encrypted with the stack's own key")
	}
	if at(p, "TimeToLiveSpecification", "AttributeName") != "ttl" {
		t.Error("the attribute that expires items must be ttl")
	}
}

func TestEveryFunctionIsGivenTheNamesThatItReads(t *testing.T) {
	m := readTemplate(t)
	for _, folder := range folders(t) {
		given := map[string]bool{}
		for _, list := range []any{
			at(m.Globals.Function, "Environment", "Variables"),
			at(m.Resources[title(folder)+"Function"].Properties, "Environment", "Variables"),
		} {
			variables, _ := list.(node)
			for name := range variables {
				given[name] = true
			}
		}
		for _, name := range boot.Names(folder) {
			if !given[name] {
				t.Errorf("%s reads %s, which the template does not give", folder, name)
			}
			delete(given, name)
		}
		for name := range given {
			t.Errorf("%s is given %s and does not read it", folder, name)
		}
	}
}
