using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using LoopRig.Core.Stimuli;

namespace LoopRig.Rig.Configuration;

/// <summary>One key that a configuration class knows: the binder and the schema are both made of these.</summary>
internal sealed class ConfigProperty
{
    private ConfigProperty(PropertyInfo info)
    {
        Info = info;
        Key = info.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(info.Name);
        Required = info.IsDefined(typeof(RequiredMemberAttribute));
        Nullable = new NullabilityInfoContext().Create(info).ReadState == NullabilityState.Nullable;
        Type = System.Nullable.GetUnderlyingType(info.PropertyType) ?? info.PropertyType;
        Range = info.GetCustomAttribute<RangeAttribute>() ?? (info.GetCustomAttribute<WithinAttribute>() is { } within ? new RangeAttribute(within.Minimum, within.Maximum) : null);
        Items = info.GetCustomAttribute<ItemsAttribute>();
        Pattern = info.GetCustomAttribute<PatternAttribute>();
        InputFile = info.GetCustomAttribute<InputFileAttribute>();
    }

    public PropertyInfo Info { get; }

    public string Key { get; }

    public Type Type { get; }

    public bool Required { get; }

    public bool Nullable { get; }

    public RangeAttribute? Range { get; }

    public ItemsAttribute? Items { get; }

    public PatternAttribute? Pattern { get; }

    public InputFileAttribute? InputFile { get; }

    /// <summary>The keys of a class, its base's first.</summary>
    public static ConfigProperty[] Of(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.GetCustomAttribute<JsonIgnoreAttribute>() is null && p.SetMethod is not null)
            .OrderBy(p => p.DeclaringType == type ? 1 : 0)
            .Select(p => new ConfigProperty(p))];

    /// <summary>The kinds that a polymorphic class is chosen from, with the class of each; empty for any other class.</summary>
    public static (string Kind, Type Type)[] KindsOf(Type type) =>
        [.. type.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false).Select(a => ((string)a.TypeDiscriminator!, a.DerivedType))];

    /// <summary>An enum's values as they are written.</summary>
    public static string[] NamesOf(Type enumType) => [.. Enum.GetNames(enumType).Select(JsonNamingPolicy.CamelCase.ConvertName)];
}
