using System.Text.Json.Nodes;
using EtrNlp.Data.Configuration;
using NUnit.Framework;

namespace EtrNlp.Tests.Configuration;

public sealed class PartialSchemaTests
{
    // Written by hand from the JSON Schema specification, draft 2020-12.
    const string Expected = """
        {"$schema":"https://json-schema.org/draft/2020-12/schema","title":"t","type":"object",
        "if":{"required":["base"]},
        "then":{"type":"object","properties":{
          "base":{"type":["string","null"],"allOf":[{"if":{"type":["string"]},"then":{"type":"string","minLength":1}}],
            "description":"experiment file that this one builds on (default null)"},
          "name":{"type":["string","null"],"allOf":[{"if":{"type":["string"]},"then":{"type":"string","minLength":1}}],
            "description":"Name."},
          "part":{"type":["object","null"],"allOf":[{"if":{"type":["object"]},"then":{
            "type":"object","properties":{"rate":{"type":["number","null"],
              "allOf":[{"if":{"type":["number"]},"then":{"type":"number","minimum":0,"maximum":1}}],
              "description":"Rate."}},
            "additionalProperties":false}}],"description":"Part."}},
          "additionalProperties":false},
        "else":{"type":"object","properties":{
          "name":{"type":"string","minLength":1,"description":"Name."},
          "part":{"type":"object","properties":{"rate":{"type":"number","minimum":0,"maximum":1,
            "description":"Rate."}},"required":["rate"],"additionalProperties":false,"description":"Part."}},
          "required":["name","part"],"additionalProperties":false}}
        """;

    [Test]
    public void A_file_with_a_base_may_leave_out_or_reset_every_key_and_one_without_is_whole()
    {
        Setting[] settings =
        [
            new Setting<string>("name", "Name.", Values.Text),
            new Setting<double>(
                "part",
                "Part.",
                Values.Record([Rate], values => values.Get(Rate))
            ),
        ];

        var schema = PartialSchema.Document("t", settings, BaseFile.Setting);

        Assert.That(JsonNode.DeepEquals(schema, JsonNode.Parse(Expected)), Is.True, schema.ToJsonString());
    }

    static readonly Setting<double> Rate = new("rate", "Rate.", Values.Number(0, 1));
}
