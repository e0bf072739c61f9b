using System.Text.Json.Nodes;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Experiments;

/// <summary>The JSON Schema (2020-12) of an experiment file, generated from what the registries declare.</summary>
public static class ExperimentSchema
{
    /// <summary>A new copy of the schema.</summary>
    public static JsonObject Create()
    {
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = "etrnlp experiment" };
        foreach (var (key, value) in Schemas.Mapping(Experiment.Parameters))
        {
            schema[key] = value?.DeepClone();
        }

        return schema;
    }
}
