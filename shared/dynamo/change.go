package dynamo

import (
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"sallyport/shared/twofactor"
)

// DecodeChange reads one entry of the table's stream. An image is empty where
// there was or is no item. The change carries an event only where this very
// write brought one: an item whose event id did not change brings none.
func DecodeChange(keys, oldImage, newImage map[string]types.AttributeValue) (twofactor.Change, error) {
	at, err := addressIn(keys)
	if err != nil {
		return twofactor.Change{}, err
	}
	change := twofactor.Change{}
	if change.Key, err = keyAt(at); err != nil {
		return twofactor.Change{}, err
	}
	before := ""
	if len(oldImage) > 0 {
		if change.Old, _, err = decode(oldImage); err != nil {
			return twofactor.Change{}, fmt.Errorf("old image: %w", err)
		}
		before = change.Old.Header().EventID
	}
	if len(newImage) > 0 {
		if change.New, change.Event, err = decode(newImage); err != nil {
			return twofactor.Change{}, fmt.Errorf("new image: %w", err)
		}
		if change.New.Header().EventID == before {
			change.Event = nil
		}
	}
	return change, nil
}

// DecodeRecord is DecodeChange for a stream record as Lambda delivers it.
func DecodeRecord(record events.DynamoDBEventRecord) (twofactor.Change, error) {
	var images [3]map[string]types.AttributeValue
	for i, image := range []map[string]events.DynamoDBAttributeValue{
		record.Change.Keys, record.Change.OldImage, record.Change.NewImage,
	} {
		converted, err := fromEvent(image)
		if err != nil {
			return twofactor.Change{}, err
		}
		images[i] = converted
	}
	return DecodeChange(images[0], images[1], images[2])
}

// errForm is returned for a type of attribute that this package never writes
// and no newer version would.
var errForm = errors.New("an attribute of the stream has a type that is not used here")

func fromEvent(image map[string]events.DynamoDBAttributeValue) (item, error) {
	out := make(item, len(image))
	for name, value := range image {
		converted, err := valueFromEvent(value)
		if err != nil {
			return nil, err
		}
		out[name] = converted
	}
	return out, nil
}

func valueFromEvent(v events.DynamoDBAttributeValue) (types.AttributeValue, error) {
	switch v.DataType() {
	case events.DataTypeString:
		return text(v.String()), nil
	case events.DataTypeNumber:
		return number(v.Number()), nil
	case events.DataTypeBinary:
		return &types.AttributeValueMemberB{Value: v.Binary()}, nil
	case events.DataTypeBoolean:
		return &types.AttributeValueMemberBOOL{Value: v.Boolean()}, nil
	case events.DataTypeNull:
		return &types.AttributeValueMemberNULL{Value: true}, nil
	case events.DataTypeMap:
		members, err := fromEvent(v.Map())
		return &types.AttributeValueMemberM{Value: members}, err
	case events.DataTypeList:
		out := &types.AttributeValueMemberL{}
		for _, each := range v.List() {
			converted, err := valueFromEvent(each)
			if err != nil {
				return nil, err
			}
			out.Value = append(out.Value, converted)
		}
		return out, nil
	case events.DataTypeStringSet:
		return &types.AttributeValueMemberSS{Value: v.StringSet()}, nil
	case events.DataTypeNumberSet:
		return &types.AttributeValueMemberNS{Value: v.NumberSet()}, nil
	case events.DataTypeBinarySet:
		return &types.AttributeValueMemberBS{Value: v.BinarySet()}, nil
	}
	return nil, errForm
}
