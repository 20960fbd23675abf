package functions_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"sallyport/shared/dynamo"
)

// keysOf writes the key schema of the template as "name/HASH, name/RANGE".
func keysOf(list any) (keys []string) {
	entries, _ := list.([]any)
	for _, entry := range entries {
		keys = append(keys, fmt.Sprintf("%v/%v", at(entry, "AttributeName"), at(entry, "KeyType")))
	}
	return keys
}

// codedKeys does the same for the schema of the code.
func codedKeys(schema []types.KeySchemaElement) (keys []string) {
	for _, element := range schema {
		keys = append(keys, fmt.Sprintf("%s/%s", aws.ToString(element.AttributeName), element.KeyType))
	}
	return keys
}

func TestTheTableOfTemplateAndCodeIsTheSame(t *testing.T) {
	p := readTemplate(t).Resources["Table"].Properties
	coded := dynamo.TableInput("any")
	if got, want := keysOf(p["KeySchema"]), codedKeys(coded.KeySchema); !slices.Equal(got, want) {
		t.Errorf("keys: template %v, code %v", got, want)
	}
	var attributes, codedAttributes []string
	definitions, _ := p["AttributeDefinitions"].([]any)
	for _, d := range definitions {
		attributes = append(attributes, fmt.Sprintf("%v/%v", at(d, "AttributeName"), at(d, "AttributeType")))
	}
	for _, d := range coded.AttributeDefinitions {
		codedAttributes = append(codedAttributes, fmt.Sprintf("%s/%s", aws.ToString(d.AttributeName), d.AttributeType))
	}
	slices.Sort(attributes)
	slices.Sort(codedAttributes)
	if !slices.Equal(attributes, codedAttributes) {
		t.Errorf("attributes: template %v, code %v", attributes, codedAttributes)
	}
	indexes, _ := p["GlobalSecondaryIndexes"].([]any)
	if len(indexes) != len(coded.GlobalSecondaryIndexes) {
		t.Fatalf("the template has %d indexes, the code %d", len(indexes), len(coded.GlobalSecondaryIndexes))
	}
	for i, index := range coded.GlobalSecondaryIndexes {
		got := fmt.Sprint(at(indexes[i], "IndexName"), keysOf(at(indexes[i], "KeySchema")), at(indexes[i], "Projection", "ProjectionType"))
		want := fmt.Sprint(aws.ToString(index.IndexName), codedKeys(index.KeySchema), index.Projection.ProjectionType)
		if got != want {
			t.Errorf("index: template %s, code %s", got, want)
		}
	}
	if got, want := at(p, "StreamSpecification", "StreamViewType"), string(coded.StreamSpecification.StreamViewType); got != want {
		t.Errorf("stream: template %v, code %v", got, want)
	}
	if got, want := p["BillingMode"], string(coded.BillingMode); got != want {
		t.Errorf("billing: template %v, code %v", got, want)
	}
}
