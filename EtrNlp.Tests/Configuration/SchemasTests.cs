using System.Text.Json.Nodes;
using EtrNlp.Data.Configuration;
using NUnit.Framework;

namespace EtrNlp.Tests.Configuration;

public sealed class SchemasTests
{
    // The schema of the example written by hand from the JSON Schema specification, draft 2020-12.
    const string Expected = """
        {"type":"object","properties":{
        "name":{"type":"string","pattern":"^(?!(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\.|$))[a-z0-9_]+$",
          "maxLength":100,"description":"Name of the run."},
        "data":{"type":"object","properties":{"kind":{"type":"string","enum":["folder","scenes"]}},
          "required":["kind"],"allOf":[
          {"if":{"type":"object","properties":{"kind":{"const":"folder"}},"required":["kind"]},
            "then":{"type":"object","properties":{"kind":{"const":"folder"},
            "root":{"type":"string","minLength":1,"description":"Folder of the images."},
            "size":{"type":"integer","minimum":8,"maximum":512,"description":"Side in pixels. (default 64)"}},
            "required":["root","kind"],"additionalProperties":false,"description":"A folder. (Sec. 4)"}},
          {"if":{"type":"object","properties":{"kind":{"const":"scenes"}},"required":["kind"]},
            "then":{"type":"object","properties":{"kind":{"const":"scenes"},
            "count":{"type":"integer","minimum":1,"description":"Number of images. (default 100)"},
            "size":{"type":"integer","minimum":8,"maximum":512,"description":"Side in pixels. (default 64)"}},
            "required":["kind"],"additionalProperties":false,"description":"Drawn images. (Sec. 4)"}}],
              "description":"Dataset."},
        "columns":{"type":"array","items":{"type":"string",
          "pattern":"^(?!(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\.|$))[a-z0-9_]+$","maxLength":100},"minItems":1,
          "description":"Columns."},
        "training":{"type":"object","properties":{
          "epochs":{"type":"integer","minimum":1,"description":"Passes over the data."},
          "rate":{"type":"number","minimum":0,"maximum":1,"description":"Learning rate. (default 1e-4)"},
          "update":{"type":"string","enum":["joint","steady_state"],"description":"Loop. (default joint)"}},
          "required":["epochs"],"additionalProperties":false,"description":"Training."},
        "gamma":{"type":"number","minimum":0,"maximum":1,"description":"Sharing ratio. (default 1)"},
        "augment":{"type":"boolean","description":"Mirror images. (default false)"},
        "decay":{"type":["number","null"],"allOf":[{"if":{"type":["number"]},"then":{"type":"number","minimum":0}}],
          "description":"Weight decay. (default null)"},
        "note":{"type":["string","null"],"allOf":[{"if":{"type":["string"]},"then":{"type":"string","minLength":1}}],
          "description":"What for. (default nothing)"}},
        "required":["name","data","columns","training"],"additionalProperties":false}
        """;

    [Test]
    public void Every_type_of_value_has_its_schema() =>
        Assert.That(
            JsonNode.DeepEquals(Schemas.Mapping(Example.Settings), JsonNode.Parse(Expected)),
            Is.True,
            Schemas.Mapping(Example.Settings).ToJsonString()
        );

    [Test]
    public void A_schema_can_be_asked_for_again_and_be_part_of_another() =>
        Assert.That(() => new JsonArray(Example.Settings[1].Schema, Example.Settings[1].Schema), Throws.Nothing);
}
