package functions_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// metrics lists what an alarm looks at, as "namespace name dimension=value …".
func metrics(alarm resource) (all []string) {
	p := alarm.Properties
	all = append(all, metric(p))
	list, _ := p["Metrics"].([]any)
	for _, one := range list {
		all = append(all, metric(at(one, "MetricStat", "Metric")))
	}
	return all
}

func metric(m any) string {
	text := fmt.Sprint(at(m, "Namespace"), " ", at(m, "MetricName"))
	dimensions, _ := at(m, "Dimensions").([]any)
	for _, d := range dimensions {
		text += fmt.Sprint(" ", at(d, "Name"), "=", at(d, "Value"))
	}
	return text
}

// Whoever is woken must hear of the end too.
func TestEveryAlarmTellsOfItsBeginningAndOfItsEnd(t *testing.T) {
	m := readTemplate(t)
	for _, name := range m.ofType("AWS::CloudWatch::Alarm") {
		p := m.Resources[name].Properties
		for _, list := range []string{"AlarmActions", "OKActions"} {
			if got := fmt.Sprint(p[list]); !strings.Contains(got, "HasAlarmTopic") || !strings.Contains(got, "AlarmTopicArn") {
				t.Errorf("%s: %s is %s", name, list, got)
			}
		}
		if p["TreatMissingData"] == nil {
			t.Errorf("%s: what does no number mean?", name)
		}
	}
}

// Each failure that needs a person, and the number that shows it.
func TestEveryFailureThatNeedsAPersonHasItsAlarm(t *testing.T) {
	m := readTemplate(t)
	watched := map[string]bool{}
	for _, name := range m.ofType("AWS::CloudWatch::Alarm") {
		for _, metric := range metrics(m.Resources[name]) {
			watched[metric] = true
		}
	}
	want := []string{
		"AWS/ApiGateway 5xx ApiId=Api",
		"AWS/ApiGateway Count ApiId=Api",
		"AWS/DynamoDB ReadThrottleEvents TableName=Table",
		"AWS/DynamoDB ReadThrottleEvents TableName=Table GlobalSecondaryIndexName=list",
		"AWS/DynamoDB WriteThrottleEvents TableName=Table",
		"AWS/DynamoDB WriteThrottleEvents TableName=Table GlobalSecondaryIndexName=list",
		"AWS/Events FailedInvocations RuleName=NotifyFunctionEveryMinute",
		"AWS/Events FailedInvocations RuleName=NotifyFunctionMailReturned",
		"AWS/Events Invocations RuleName=NotifyFunctionEveryMinute",
		"AWS/Lambda AsyncEventsDropped FunctionName=NotifyFunction",
		"AWS/Lambda DroppedEventCount EventSourceMappingUUID=NotifyFunctionStream",
		"AWS/Lambda Invocations FunctionName=OperatorFunction",
		"AWS/Lambda IteratorAge FunctionName=NotifyFunction",
		"AWS/Lambda OnFailureDestinationDeliveredEventCount EventSourceMappingUUID=NotifyFunctionStream",
		"AWS/Lambda PolledEventCount EventSourceMappingUUID=NotifyFunctionStream",
		"AWS/SES Reputation.BounceRate",
		"AWS/SES Reputation.ComplaintRate",
		"AWS::StackName MailRefused",
	}
	for _, folder := range folders(t) {
		for _, name := range []string{"Errors", "Throttles"} {
			want = append(want, fmt.Sprintf("AWS/Lambda %s FunctionName=%sFunction", name, title(folder)))
		}
	}
	for _, metric := range want {
		if !watched[metric] {
			t.Errorf("no alarm looks at %s", metric)
		}
	}
}

// A code that stands in a filter or in the runbook must be one that lines have.
func TestEveryCodeThatIsLookedForInTheLogIsWrittenThere(t *testing.T) {
	written := map[string]bool{}
	for _, pattern := range []string{"../shared/boot/*.go", "../shared/boot/notify/*.go", "../shared/stream/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			for _, match := range regexp.MustCompile(`"code", "(\w+)"`).FindAllStringSubmatch(read(t, file), -1) {
				written[match[1]] = true
			}
		}
	}
	asked := read(t, "../docs/runbook.md") + read(t, "../docs/operations.md") + read(t, "../template.yaml")
	found := regexp.MustCompile(`\$\.code = "(\w+)`).FindAllStringSubmatch(asked, -1)
	if len(found) < 4 {
		t.Fatalf("only %v is looked for", found)
	}
	for _, match := range found {
		known := false
		for code := range written {
			known = known || strings.HasPrefix(code, match[1])
		}
		if !known {
			t.Errorf("no line has the code %q; there are %v", match[1], written)
		}
	}
	for code := range written {
		if !strings.Contains(asked, "`"+code+"`") {
			t.Errorf("the runbook does not say what a line with the code %s means", code)
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
