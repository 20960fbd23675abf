package functions_test

import (
	"fmt"
	"testing"
)

// AV-07: what is left of mails never takes what logins need. notify is called
// by the table's stream, one copy for each shard, by the schedule, and for each
// mail that comes back, of which there are no more than went; its share and
// verify's can be set apart.
func TestAV07ABacklogOfMailsTakesNothingFromLogins(t *testing.T) {
	m := readTemplate(t)
	for function, parameter := range map[string]string{"NotifyFunction": "NotifyConcurrency", "VerifyFunction": "VerifyConcurrency"} {
		choice, _ := m.Resources[function].Properties["ReservedConcurrentExecutions"].([]any)
		if len(choice) != 3 || choice[1] != parameter {
			t.Errorf("%s reserves %v, want what %s says", function, choice, parameter)
		}
	}
	events, _ := m.Resources["NotifyFunction"].Properties["Events"].(node)
	called := map[any]int{}
	for _, event := range events {
		called[at(event, "Type")]++
	}
	if len(events) != 3 || called["DynamoDB"] != 1 || called["Schedule"] != 1 || called["EventBridgeRule"] != 1 {
		t.Errorf("notify is called by %v, want one stream, one schedule and one rule", called)
	}
	if factor := at(events["Stream"], "Properties", "ParallelizationFactor"); fmt.Sprint(factor) != "1" {
		t.Errorf("the stream starts %v copies for each shard, want 1", factor)
	}
}

// EM-10: what SES reports of our mails later reaches notify, and is delivered
// again where it could not be recorded.
func TestEM10BouncesComplaintsAndRejectionsReachNotify(t *testing.T) {
	m := readTemplate(t)
	destination := m.Resources["MailEvents"].Properties
	types, _ := at(destination, "EventDestination", "MatchingEventTypes").([]any)
	if fmt.Sprint(types) != "[bounce complaint reject]" || at(destination, "EventDestination", "Enabled") != true {
		t.Errorf("SES reports %v", types)
	}
	if at(destination, "ConfigurationSetName") != "MailConfiguration" {
		t.Errorf("SES reports of %v", at(destination, "ConfigurationSetName"))
	}
	function := m.Resources["NotifyFunction"].Properties
	pattern := at(function, "Events", "MailReturned", "Properties", "Pattern")
	if got := fmt.Sprint(at(pattern, "source")); got != "[aws.ses]" {
		t.Errorf("the rule listens to %s", got)
	}
	if got := fmt.Sprint(at(pattern, "detail-type")); got != "[Email Bounced Email Complaint Received Email Rejected]" {
		t.Errorf("the rule passes %s", got)
	}
	if set := at(pattern, "detail", "mail", "tags", "ses:configuration-set"); fmt.Sprint(set) != "[MailConfiguration]" {
		t.Errorf("the rule passes events of the mails of %v", set)
	}
	if tries := at(function, "EventInvokeConfig", "MaximumRetryAttempts"); fmt.Sprint(tries) == "0" {
		t.Error("what could not be recorded is never delivered again")
	}
}
