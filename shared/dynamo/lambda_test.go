package dynamo

import (
	"github.com/aws/aws-lambda-go/events"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// lambdaRecord gives a record of the streams API the form that Lambda
// delivers.
func lambdaRecord(r streamtypes.Record) events.DynamoDBEventRecord {
	return events.DynamoDBEventRecord{Change: events.DynamoDBStreamRecord{
		Keys: lambdaImage(r.Dynamodb.Keys), OldImage: lambdaImage(r.Dynamodb.OldImage), NewImage: lambdaImage(r.Dynamodb.NewImage),
	}}
}

func lambdaImage(image map[string]streamtypes.AttributeValue) map[string]events.DynamoDBAttributeValue {
	out := map[string]events.DynamoDBAttributeValue{}
	for name, value := range image {
		out[name] = lambdaValue(value)
	}
	return out
}

func lambdaValue(value streamtypes.AttributeValue) events.DynamoDBAttributeValue {
	switch v := value.(type) {
	case *streamtypes.AttributeValueMemberS:
		return events.NewStringAttribute(v.Value)
	case *streamtypes.AttributeValueMemberN:
		return events.NewNumberAttribute(v.Value)
	case *streamtypes.AttributeValueMemberB:
		return events.NewBinaryAttribute(v.Value)
	case *streamtypes.AttributeValueMemberBOOL:
		return events.NewBooleanAttribute(v.Value)
	case *streamtypes.AttributeValueMemberSS:
		return events.NewStringSetAttribute(v.Value)
	case *streamtypes.AttributeValueMemberM:
		return events.NewMapAttribute(lambdaImage(v.Value))
	case *streamtypes.AttributeValueMemberL:
		var list []events.DynamoDBAttributeValue
		for _, each := range v.Value {
			list = append(list, lambdaValue(each))
		}
		return events.NewListAttribute(list)
	}
	return events.NewNullAttribute()
}
