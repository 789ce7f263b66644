internal import Datasets
internal import LinearAlgebra
public import Preprocessing
internal import Words

/// What a fitted transform can be written as, for other tools.
public enum ExportTarget: String, CaseIterable, Sendable {
    case torchvision, python, safetensors, onnx
}

extension FittedTransform {
    /// The transform as text for another tool.
    /// - Parameters:
    ///   - name: of the statistics' file, for messages.
    ///   - program: name and version of the program that writes.
    /// - Returns: nil where the target is binary: see `tensors` and `model`.
    /// - Throws: `Refusal` where the target cannot express the recipe.
    public func exported(to target: ExportTarget, name: String, by program: String) throws -> String? {
        switch target {
        case .torchvision: try TorchvisionExport.line(self, name)
        case .python: PythonExport.module(self, by: program)
        case .safetensors, .onnx: nil
        }
    }

    /// The transform as a model for a runtime of networks.
    public func model(rows: ONNXModel.Rows, name: String, by program: String, in run: Run) throws -> ONNXModel {
        let model: ONNXModel
        do throws(ONNXModel.Refusal) {
            model = try ONNXModel(self, rows: rows, by: program)
        } catch {
            throw Refusal("\(name): \(error.message)", hint: error.hint)
        }
        if let (feature, ratio) = model.coarse {
            run.warn(
                "the model takes rows in single precision, which is coarse for \(shown(input.name(ofFeature: feature))): its mean is "
                    + "\(short(ratio)) deviations")
        }
        return model
    }

    /// The arrays in double precision, for any language.
    public func tensors(by program: String) -> SafetensorsWriter {
        var writer = SafetensorsWriter(metadata: [
            ("format", "nnprep.stats"), ("created_by", program),
            ("samples", "\(fittedOn.samples)"), ("input_format", input.format.rawValue),
            ("input_shape", input.shape.map(String.init).joined(separator: "x")),
            ("divide_by", PythonExport.number(recipe.divideBy)), ("per_sample", recipe.perSample.rawValue),
            ("center", recipe.center.rawValue), ("scale", recipe.scale.rawValue),
            ("scale_per", recipe.scalePer.rawValue), ("ddof", "\(recipe.ddof)"), ("whiten", recipe.whiten.rawValue),
            ("epsilon", PythonExport.number(recipe.epsilon)),
            // With "mean", a missing value takes mean * divide_by.
            ("missing", fill == nil ? "error" : "mean"),
        ])
        func known(_ values: [Double]) -> [Double] { values.map { $0.isFinite ? $0 : .nan } }
        let perFeature = [
            ("subtract", subtract), ("divide", divide), ("mean", known(statistics.mean)),
            ("std", known(statistics.std)),
            ("min", statistics.min), ("max", statistics.max),
        ]
        for (name, values) in perFeature { writer.add(name, shape: [values.count], values) }
        writer.add("global_mean", shape: [], known([statistics.globalMean]))
        writer.add("global_std", shape: [], known([statistics.globalStd]))
        for (name, values) in [("channel_mean", statistics.channelMean), ("channel_std", statistics.channelStd)] {
            if let values { writer.add(name, shape: [values.count], known(values)) }
        }
        if let principal {
            let components = principal.components
            writer.add("explained_variance", shape: [principal.count], principal.explainedVariance)
            writer.add("explained_variance_ratio", shape: [principal.count], principal.explainedVarianceRatio)
            writer.add("components", shape: [components.rows, components.columns], components.elements)
        }
        return writer
    }
}
