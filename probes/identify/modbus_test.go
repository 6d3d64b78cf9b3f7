package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	modbusAnswer = "HS\x00\x00\x00\x23\x01\x2b\x0e\x01\x01\x00\x00\x03" +
		"\x00\x09SolarEdge\x01\x06SE5000\x02\x064.18.2"
	modbusRefusal = "HS\x00\x00\x00\x03\x01\xab\x01"
)

var (
	_ = fakeOf("modbus", at(502), replying(modbus.ask, modbusRefusal), lan.Service{Name: "mbap", Heard: lan.Heard{modbusException: "1"}})
	_ = fakeOf("modbus", at(1502), replying(modbus.ask, modbusAnswer), lan.Service{Name: "mbap", Product: "SE5000", Version: "4.18.2", Heard: lan.Heard{
		ModbusVendor: "SolarEdge", ModbusProduct: "SE5000", ModbusRevision: "4.18.2"}})
)

func TestParseModbus(t *testing.T) {
	readings(t, parseModbus,
		modbusAnswer, "SE5000 4.18.2 modbus.MajorMinorRevision=4.18.2 modbus.ProductCode=SE5000 modbus.VendorName=SolarEdge",
		modbusRefusal, "modbus.exception=1",
		"HS\x00\x00\x00\x03\x01\xab\x00", "no", // no such exception
		"HS\x00\x00\x00\x04\x01\xab\x01\x00", "no",
		"HS\x00\x00\x00\x08\x01\x2b\x0e\x01\x01\x00\x00\x01", "no", // an object that is not there
		"HS\x00\x00\x00\x03\x01\x03\x02", "no", "HS\x00\x00\x00\x02\x01\xab", "no", "HS\x00\x00\xff\xff\x01", "no",
		modbus.ask, "no", "HS\x00\x01", "no", "HTTP/1.1 400", "no", "", "short")
}

func FuzzParseModbus(f *testing.F) {
	fuzzAnswer(f, parseModbus, modbusAnswer, modbusRefusal, modbus.ask)
}
