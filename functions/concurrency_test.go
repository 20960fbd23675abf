package functions_test

import (
	"fmt"
	"testing"
)

// AV-07: what is left of mails never takes what logins need. notify is called
// by the table's stream, one copy for each shard, and by the schedule, and by
// nobody who could multiply it; its share and verify's can be set apart.
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
	if len(events) != 2 || called["DynamoDB"] != 1 || called["Schedule"] != 1 {
		t.Errorf("notify is called by %v, want one stream and one schedule", called)
	}
	if factor := at(events["Stream"], "Properties", "ParallelizationFactor"); fmt.Sprint(factor) != "1" {
		t.Errorf("the stream starts %v copies for each shard, want 1", factor)
	}
	if tries := at(m.Resources["NotifyFunction"].Properties, "EventInvokeConfig", "MaximumRetryAttempts"); fmt.Sprint(tries) != "0" {
		t.Error("a failed schedule is repeated beside the next one")
	}
}
